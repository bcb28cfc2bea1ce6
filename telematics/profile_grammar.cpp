#include "telematics/profile_grammar.hpp"

#include "telematics/profile_words.hpp"

#include <algorithm>
#include <charconv>

namespace liuhen::telematics {
namespace {

using namespace profile_words;

constexpr unsigned last_bit = 31;
using Cells = std::vector<std::string_view>;

Cells cells_of(std::string_view line) {
    constexpr std::string_view blank = " \t\r";
    line = line.substr(0, line.find('#'));
    Cells cells;
    for (;;) {
        const auto from = line.find_first_not_of(blank);
        if (from == std::string_view::npos) return cells;
        line.remove_prefix(from);
        cells.push_back(line.substr(0, line.find_first_of(blank)));
        line.remove_prefix(cells.back().size());
    }
}

std::optional<unsigned> whole(std::string_view text, unsigned most, int base = 10) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    const bool all = error == std::errc{} && end == text.data() + text.size() && value <= most;
    return all ? std::optional{value} : std::nullopt;
}

// `4`, `2-8` or `*`.
std::optional<std::pair<unsigned, unsigned>> lengths_of(std::string_view text) {
    if (text == "*") return std::pair{0U, 255U};
    const auto dash = text.find('-');
    const auto shortest = whole(text.substr(0, dash), 255);
    const auto longest =
        dash == std::string_view::npos ? shortest : whole(text.substr(dash + 1), 255);
    if (!shortest || !longest || *shortest > *longest) return std::nullopt;
    return std::pair{*shortest, *longest};
}

// One row: nothing, or what is wrong with it.
using Wrong = std::string_view;
constexpr Wrong fine{};

using Block = ProfileBlock;

Wrong read_zone(const Cells& cells, Block& block) {
    if (cells.size() != 2) return "zone MINUTES";
    const bool west = cells[1].starts_with('-');
    const auto minutes = whole(cells[1].substr(west || cells[1].starts_with('+') ? 1 : 0), 14 * 60);
    if (!minutes) return "zone MINUTES, -840 to 840";
    block.profile.time_zone = std::chrono::minutes{static_cast<int>(*minutes) * (west ? -1 : 1)};
    return fine;
}
Wrong read_datum(const Cells& cells, Block& block) {
    if (cells.size() != 2 || (cells[1] != "wgs84" && cells[1] != "gcj02"))
        return "datum wgs84|gcj02";
    block.profile.datum = cells[1] == "gcj02" ? Datum::gcj02 : Datum::wgs84;
    return fine;
}
Wrong read_allow(const Cells& cells, Block& block) {
    const auto* const leave =
        cells.size() == 2 ? std::ranges::find(leaves, cells[1], &Leave::name) : leaves.end();
    if (leave == leaves.end())
        return "allow early_speech|bad_checksum|unknown_messages|short_batches";
    block.profile.*(leave->flag) = true;
    return fine;
}
Wrong read_patience(const Cells& cells, Block& block) {
    const auto pieces = cells.size() == 2 ? whole(cells[1], UINT16_MAX) : std::nullopt;
    if (!pieces || *pieces == 0) return "patience PIECES, 1 to 65535";
    block.profile.patience = static_cast<std::uint16_t>(*pieces);
    return fine;
}
Wrong read_load(const Cells& cells, Block& block) {
    const auto source = cells.size() == 2 ? named(load_sources, cells[1]) : std::nullopt;
    if (!source) return "load status|none|sensors";
    block.dialect.load = *source;
    return fine;
}

Wrong read_ignition(const Cells& cells, Block& block) {
    if (cells.size() != 2 || (cells[1] != "status" && cells[1] != "none"))
        return "ignition status|none";
    block.dialect.tells_ignition = cells[1] == "status";
    return fine;
}

// `signal ID LENGTH BIT|* NAME`.
Wrong read_signal(const Cells& cells, Block& block) {
    constexpr Wrong form = "signal ID LENGTH BIT|* NAME";
    constexpr unsigned longest = 4, bits_of_a_byte = 8;
    if (cells.size() != 5) return form;
    const auto id = whole(cells[1], 255, 16);
    const auto length = whole(cells[2], 255);
    const auto sense = named(signals, cells[4]);
    if (!id || !length) return form;
    if (!sense) return "no such signal";
    SignalRule rule{.id = static_cast<std::uint8_t>(*id),
                    .length = static_cast<std::uint8_t>(*length),
                    .bit = std::nullopt,
                    .sense = *sense};
    if (cells[3] != "*") {
        const auto bit = whole(cells[3], last_bit);
        if (!bit || *length > longest || *bit >= *length * bits_of_a_byte)
            return "that bit is not in the item, or the item is longer than 4 bytes";
        rule.bit = static_cast<std::uint8_t>(*bit);
    }
    block.dialect.signals.push_back(rule);
    return fine;
}

// `mass ID LENGTH AT WIDTH GRAMS`.
Wrong read_mass(const Cells& cells, Block& block) {
    constexpr Wrong form = "mass ID LENGTH AT WIDTH GRAMS";
    if (cells.size() != 6) return form;
    if (block.dialect.mass) return "the weight has a row already";
    const auto id = whole(cells[1], 255, 16);
    const auto length = whole(cells[2], 255);
    const auto at = whole(cells[3], 255);
    const auto width = whole(cells[4], 4);
    const auto grams = whole(cells[5], 1000000);
    if (!id || !length || !at || !width || *width == 0 || !grams || *grams == 0) return form;
    if (*at + *width > *length) return "the weight ends behind the item";
    block.dialect.mass = MassRule{.id = static_cast<std::uint8_t>(*id),
                                  .length = static_cast<std::uint8_t>(*length),
                                  .at = static_cast<std::uint8_t>(*at),
                                  .width = static_cast<std::uint8_t>(*width),
                                  .step_g = *grams};
    return fine;
}

Wrong read_orders(const Cells& cells, Block& block) {
    const auto form = cells.size() == 2 ? named(order_forms, cells[1]) : std::nullopt;
    if (!form) return "orders none|sentences|hhd";
    block.dialect.orders = *form;
    return fine;
}

template <Word Where>
Wrong read_bit(const Cells& cells, Block& block) {
    if (cells.size() != 3) return "alarm|status|listed BIT NAME";
    const auto bit = whole(cells[1], last_bit);
    if (!bit) return "bits are 0 to 31";
    for (const BitRule& other : block.dialect.bits) {
        if (other.word == Where && other.bit == *bit) return "that bit has a row already";
    }
    block.dialect.bits.push_back({.word = Where,
                                  .bit = static_cast<std::uint8_t>(*bit),
                                  .name = std::string{cells[2]},
                                  .sense = named(senses, cells[2]).value_or(Sense::named)});
    return fine;
}

Wrong add_field(const Cells& cells, ItemRule& rule) {
    const auto at = whole(cells[4], 255);
    const auto width = cells[5] == "*" ? std::optional{0U} : whole(cells[5], 255);
    const auto form = named(forms, cells[6]);
    const auto divisor = cells.size() == 8 ? whole(cells[7], 1000000) : std::optional{1U};
    if (!at || !width || !form || !divisor || *divisor == 0)
        return "item ID LENGTH field NAME AT WIDTH FORM [DIVISOR]";
    if (*at + *width > rule.shortest) return "the field ends behind the shortest item";
    const bool is_number = *form == FieldForm::number || *form == FieldForm::bits ||
                           *form == FieldForm::signed_magnitude;
    if (is_number && (*width < 1 || *width > 4)) return "numbers have 1 to 4 bytes";
    if (*form == FieldForm::signed_number && *width != 2 && *width != 4)
        return "signed numbers have 2 or 4 bytes";
    rule.fields.push_back({.name = std::string{cells[3]},
                           .at = static_cast<std::uint8_t>(*at),
                           .width = static_cast<std::uint8_t>(*width),
                           .form = *form,
                           .divisor = static_cast<double>(*divisor)});
    return fine;
}

Wrong read_item(const Cells& all, Block& block) {
    Cells cells = all;
    if (cells.size() < 4) return "item ID LENGTH READING";
    const auto id = whole(cells[1], 255, 16);
    const auto lengths = lengths_of(cells[2]);
    if (!id || !lengths) return "ids are 00 to FF, lengths n, n-m or *";
    auto& items = block.dialect.items;
    const ItemRule key{.id = static_cast<std::uint8_t>(*id),
                       .shortest = static_cast<std::uint8_t>(lengths->first),
                       .longest = static_cast<std::uint8_t>(lengths->second)};
    const bool is_field = cells[3] == "field";
    const auto reading = is_field ? std::optional{Reading::fields} : named(readings, cells[3]);
    if (!reading) return "no such reading";
    if (is_field) cells.erase(cells.begin() + 3);
    if (is_field && cells.size() != 7 && cells.size() != 8)
        return "item ID LENGTH field NAME AT WIDTH FORM [DIVISOR]";
    const bool goes_on = is_field && !items.empty() && items.back().id == key.id &&
                         items.back().shortest == key.shortest &&
                         items.back().longest == key.longest &&
                         items.back().reading == Reading::fields;
    if (!goes_on) {
        for (const ItemRule& other : items) {
            if (other.id == key.id && other.shortest <= key.longest &&
                key.shortest <= other.longest)
                return "that item has a row for that length already";
        }
        items.push_back(key);
        items.back().reading = *reading;
    }
    if (!is_field) return cells.size() == 4 ? fine : Wrong{"item ID LENGTH READING"};
    return add_field(cells, items.back());
}

Wrong read_event(const Cells& cells, Block& block) {
    if (cells.size() != 6) return "event NUMBER NAME ACTION|- MEANS DATA";
    const auto dash = std::min(cells[1].find('-'), cells[1].size());
    const auto number = whole(cells[1].substr(0, dash), 0xFFFF, 16);
    const auto last =
        dash == cells[1].size() ? number : whole(cells[1].substr(dash + 1), 0xFFFF, 16);
    const auto action = named(actions, cells[3]);
    const auto by = named(means, cells[4]);
    const auto data = named(event_data, cells[5]);
    if (!number || !last || *last < *number || (!action && cells[3] != "-") || !by || !data)
        return "event NUMBER NAME ACTION|- MEANS DATA";
    for (const EventRule& other : block.dialect.events) {
        if (other.number <= *last && *number <= other.last) return "that event has a row already";
    }
    block.dialect.events.push_back({.number = static_cast<std::uint16_t>(*number),
                                    .last = static_cast<std::uint16_t>(*last),
                                    .name = std::string{cells[2]},
                                    .action = action,
                                    .means = *by,
                                    .data = *data});
    return fine;
}

constexpr Names<Wrong (*)(const Cells&, Block&), 14> row_kinds{{{"zone", read_zone},
                                                                {"datum", read_datum},
                                                                {"allow", read_allow},
                                                                {"patience", read_patience},
                                                                {"load", read_load},
                                                                {"ignition", read_ignition},
                                                                {"orders", read_orders},
                                                                {"alarm", read_bit<Word::alarm>},
                                                                {"status", read_bit<Word::status>},
                                                                {"listed", read_bit<Word::listed>},
                                                                {"item", read_item},
                                                                {"signal", read_signal},
                                                                {"mass", read_mass},
                                                                {"event", read_event}}};

Wrong open_block(const Cells& cells, std::vector<Block>& blocks) {
    const bool replaces = cells.size() == 3 && cells[2] == "replace";
    if (cells.size() != 2 && !replaces) return "profile NAME [replace]";
    for (const Block& other : blocks) {
        if (other.profile.name == cells[1]) return "that name is taken";
    }
    blocks.emplace_back();
    blocks.back().profile.name = cells[1];
    blocks.back().replaces = replaces;
    return fine;
}

Wrong read_row(const Cells& cells, std::vector<Block>& blocks) {
    if (cells.empty()) return fine;
    if (cells.front() == "profile") return open_block(cells, blocks);
    const auto kind = named(row_kinds, cells.front());
    if (!kind) return "no such kind of row";
    if (blocks.empty()) return "a row before the first profile";
    return (*kind)(cells, blocks.back());
}

}  // namespace

Result<std::vector<ProfileBlock>, ProfileFault> read_profile_blocks(std::string_view rows) {
    std::vector<Block> blocks;
    for (std::size_t line = 1; !rows.empty(); ++line) {
        const auto end = std::min(rows.find('\n'), rows.size());
        const std::size_t before = blocks.size();
        const Wrong wrong = read_row(cells_of(rows.substr(0, end)), blocks);
        if (wrong != fine) return fail(ProfileFault{line, std::string{wrong}});
        if (blocks.size() > before) blocks.back().line = line;
        rows.remove_prefix(std::min(end + 1, rows.size()));
    }
    return blocks;
}

}  // namespace liuhen::telematics
