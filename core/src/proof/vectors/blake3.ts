/**
 * The official BLAKE3 test vectors (BLAKE3-team/BLAKE3, test_vectors/test_vectors.json), a choice of lengths around
 * every boundary. The input of `length` bytes counts 0, 1, 2 … 250 and begins again. Outputs are cut to 32 bytes.
 */
export const BLAKE3_KEY = 'whats the Elvish word for friend'
export const BLAKE3_CONTEXT = 'BLAKE3 2019-12-27 16:29:52 test vectors context'

export const BLAKE3_VECTORS: readonly { length: number; hash: string; keyed: string; derived: string }[] = [
  {
    length: 0,
    hash: 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
    keyed: '92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26',
    derived: '2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d'
  },
  {
    length: 1,
    hash: '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213',
    keyed: '6d7878dfff2f485635d39013278ae14f1454b8c0a3a2d34bc1ab38228a80c95b',
    derived: 'b3e2e340a117a499c6cf2398a19ee0d29cca2bb7404c73063382693bf66cb06c'
  },
  {
    length: 7,
    hash: '3f8770f387faad08faa9d8414e9f449ac68e6ff0417f673f602a646a891419fe',
    keyed: 'af0a7ec382aedc0cfd626e49e7628bc7a353a4cb108855541a5651bf64fbb28a',
    derived: 'dc3b6485f9d94935329442916b0d059685ba815a1fa2a14107217453a7fc9f0e'
  },
  {
    length: 8,
    hash: '2351207d04fc16ade43ccab08600939c7c1fa70a5c0aaca76063d04c3228eaeb',
    keyed: 'be2f5495c61cba1bb348a34948c004045e3bd4dae8f0fe82bf44d0da245a0600',
    derived: '2b166978cef14d9d438046c720519d8b1cad707e199746f1562d0c87fbd32940'
  },
  {
    length: 63,
    hash: 'e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b',
    keyed: 'bb1eb5d4afa793c1ebdd9fb08def6c36d10096986ae0cfe148cd101170ce37ae',
    derived: 'b6451e30b953c206e34644c6803724e9d2725e0893039cfc49584f991f451af3'
  },
  {
    length: 64,
    hash: '4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98',
    keyed: 'ba8ced36f327700d213f120b1a207a3b8c04330528586f414d09f2f7d9ccb7e6',
    derived: 'a5c4a7053fa86b64746d4bb688d06ad1f02a18fce9afd3e818fefaa7126bf73e'
  },
  {
    length: 65,
    hash: 'de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee',
    keyed: 'c0a4edefa2d2accb9277c371ac12fcdbb52988a86edc54f0716e1591b4326e72',
    derived: '51fd05c3c1cfbc8ed67d139ad76f5cf8236cd2acd26627a30c104dfd9d3ff8a8'
  },
  {
    length: 1023,
    hash: '10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11',
    keyed: 'c951ecdf03288d0fcc96ee3413563d8a6d3589547f2c2fb36d9786470f1b9d6e',
    derived: '74a16c1c3d44368a86e1ca6df64be6a2f64cce8f09220787450722d85725dea5'
  },
  {
    length: 1024,
    hash: '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7',
    keyed: '75c46f6f3d9eb4f55ecaaee480db732e6c2105546f1e675003687c31719c7ba4',
    derived: '7356cd7720d5b66b6d0697eb3177d9f8d73a4a5c5e968896eb6a689684302706'
  },
  {
    length: 1025,
    hash: 'd00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444',
    keyed: '357dc55de0c7e382c900fd6e320acc04146be01db6a8ce7210b7189bd664ea69',
    derived: 'effaa245f065fbf82ac186839a249707c3bddf6d3fdda22d1b95a3c970379bcb'
  },
  {
    length: 2048,
    hash: 'e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a',
    keyed: '879cf1fa2ea0e79126cb1063617a05b6ad9d0b696d0d757cf053439f60a99dd1',
    derived: '7b2945cb4fef70885cc5d78a87bf6f6207dd901ff239201351ffac04e1088a23'
  },
  {
    length: 3073,
    hash: '7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3',
    keyed: '68dede9bef00ba89e43f31a6825f4cf433389fedae75c04ee9f0cf16a427c95a',
    derived: '72613c9ec9ff7e40f8f5c173784c532ad852e827dba2bf85b2ab4b76f7079081'
  },
  {
    length: 8193,
    hash: 'bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b',
    keyed: '954a2a75420c8d6547e3ba5b98d963e6fa6491addc8c023189cc519821b4a1f5',
    derived: 'af1e0346e389b17c23200270a64aa4e1ead98c61695d917de7d5b00491c9b0f1'
  },
  {
    length: 31744,
    hash: '62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47',
    keyed: 'efa53b389ab67c593dba624d898d0f7353ab99e4ac9d42302ee64cbf9939a419',
    derived: '39772aef80e0ebe60596361e45b061e8f417429d529171b6764468c22928e28e'
  }
]
