// What a person does in the app with files, one scene after another with one phone, one relay and one laptop.
import './app/files.ts'
import './app/video.ts'
