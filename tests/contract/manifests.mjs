// Steps of manifests that several walks take.
import { ask, stand_in } from './contract.mjs';

/** One event with an example's name, a body, or nothing; the manifest as it is then. */
export function act(who, at, event, body, status = 200) {
    const what = typeof body === 'string' ? { example: body } : { body };
    return ask(who, `manifest_${event}`, status, { at, ...what });
}

export const draft = (example) => ask('producer', 'create_manifest', 201, { example });

export async function submitted(example) {
    const made = await draft(example);
    return act('producer', made.id, 'submit');
}

let seal = 0;
/** A load of the first truck signed by both, with a seal of its own. */
export async function load(at) {
    const why = 'the terminal has no fix under the roof';
    await act('producer', at, 'load_sign', { gross_kg: 20000, tare_kg: 12000, manual_reason: why });
    seal += 1;
    return act('driver', at, 'load_sign', { seal_nos: [`S-${seal}`], manual_reason: why });
}

/** A manifest on the first truck, under way. */
export async function under_way(example = 'one_carrier') {
    const { id, no } = await submitted(example);
    await act('carrier', id, 'carrier_accept', 'truck');
    await load(id);
    await act('driver', id, 'depart');
    return { id, no };
}

/** A manifest that has arrived on the first truck and was weighed with so much. */
export async function weighed_in(gross_kg) {
    const { id, no } = await under_way();
    await act('receiver', id, 'arrive');
    await act('receiver', id, 'weigh_in', { gross_kg, tare_kg: 12000, scale: 'S1' });
    return { id, no };
}

/** From now on `example` stands for a manifest's number. */
export const numbered = (example, manifest) => stand_in(example, manifest.no);
