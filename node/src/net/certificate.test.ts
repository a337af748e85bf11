import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { MapKv } from '@holdfast/core/sync/testing/map-stores'
import { keptCertificate } from './certificate.ts'

test('the certificate is the same at each start: addresses that others keep hold its hash', async () => {
  const kv = new MapKv()
  const made = await keptCertificate(kv)
  assert.deepEqual(await keptCertificate(kv), made)
  assert.notEqual((await keptCertificate(new MapKv())).certhash, made.certhash)
})

test('it is a certificate, of its own key, and the hash in addresses is the one of its bytes', async () => {
  const { pem, privateKey, certhash } = await keptCertificate(new MapKv())
  const certificate = new X509Certificate(pem)
  assert.ok(certificate.checkPrivateKey(createPrivateKey(privateKey)))
  assert.ok(certificate.verify(certificate.publicKey))
  assert.deepEqual(certificate.publicKey.asymmetricKeyDetails, { namedCurve: 'prime256v1' })
  assert.match(certificate.validTo, /9999/)
  const multihash = Buffer.from(certhash.slice(1), 'base64url')
  assert.equal(multihash.subarray(0, 2).toString('hex'), '1220')
  assert.equal(multihash.subarray(2).toString('hex'), certificate.fingerprint256.replaceAll(':', '').toLowerCase())
})

test('one that cannot be read is replaced: every other address still leads here', async () => {
  const kv = new MapKv()
  const { certhash } = await keptCertificate(kv)
  for await (const [key] of kv.range({ gte: '', lt: '\uffff' }))
    await kv.write([{ put: key, value: Uint8Array.of(0x80) }])
  const anew = await keptCertificate(kv)
  assert.notEqual(anew.certhash, certhash)
  assert.deepEqual(await keptCertificate(kv), anew)
})
