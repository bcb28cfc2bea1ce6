// The names that the description's examples give to things; the server has its own for each.
const made_up = (n) => `0198b000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const id = {
    producer: made_up(1),
    carrier: made_up(2),
    receiver: made_up(3),
    second_carrier: made_up(4),
    second_receiver: made_up(5),
    far_receiver: made_up(6),
    works: made_up(11),
    plant: made_up(12),
    furnace: made_up(13),
    road: made_up(21),
    truck: made_up(31),
    spare: made_up(32),
    other: made_up(33),
    inspected: made_up(34),
    terminal: made_up(41),
    line: made_up(42),
    lock: made_up(51),
    first_shared: made_up(62),
    second_shared: made_up(63),
    piled: made_up(64),
    client: made_up(71),
    first_drum: made_up(81),
    second_drum: made_up(82),
    tank: made_up(83),
};
