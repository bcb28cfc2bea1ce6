// A copy of an OpenAPI document in which an object has no members but those that are described.
//   node strict.mjs openapi.json COPY.json
// The description itself stays open: a later version may show more, and clients are to expect it.
import { readFileSync, writeFileSync } from 'node:fs';

function close(node) {
    if (node === null || typeof node !== 'object') return;
    const open = node.type === 'object' && node.properties && !('additionalProperties' in node);
    if (open) node.additionalProperties = false;
    for (const child of Object.values(node)) close(child);
}

const [, , source, copy] = process.argv;
const document = JSON.parse(readFileSync(source, 'utf8'));
close(document);
writeFileSync(copy, JSON.stringify(document));
