/** Imported first by every command: says in one sentence what to do on a Node that is too old. */
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`Quarterdeck needs Node 24 and this is ${process.version}. Run it through npm ("npm start"), which uses the Node that "npm ci" installed.`)
  process.exit(1)
}
