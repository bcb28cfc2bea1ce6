// Bodies of messages, and positions with the items of every model.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/location.hpp"
#include "tests/fuzz/parsers.hpp"
#include "tests/support/plain_jtt808.hpp"

#include <algorithm>

namespace liuhen::test {

using namespace telematics;
using namespace telematics::jtt808;

namespace {

// Without a dialect a password can only stand in a lock's or a seal's text, behind a comma; it is
// overwritten there, also in items that break off.
bool is_same_but_for_passwords(ByteView kept, ByteView sent) {
    const auto text = std::ranges::find(sent, std::byte{','}) - sent.begin();
    const auto before = static_cast<std::size_t>(text);
    return kept.size() == sent.size() &&
           std::ranges::equal(kept.first(before), sent.first(before)) &&
           std::ranges::equal(kept.subspan(before), sent.subspan(before),
                              [](std::byte mine, std::byte theirs) {
                                  return mine == theirs || mine == std::byte{'*'};
                              });
}

bool may_hold_password(const Dialect* dialect, std::uint8_t id) {
    using enum Reading;
    return dialect != nullptr && std::ranges::any_of(dialect->items, [&](const ItemRule& rule) {
               return rule.id == id &&
                      (rule.reading == secret || rule.reading == event ||
                       rule.reading == one_time_password || rule.reading == lock_event);
           });
}

void same_as_plain(ByteView body, const Profile& model, const Arrival& arrival,
                   const Result<std::vector<Sighting>, Fault>& seen) {
    auto expected = plain::sighting(body, model, arrival);
    require(expected.has_value() == seen.has_value(), "read when the plain reading reads it");
    if (!seen) return;
    const Bytes& kept = seen->front().raw;
    require(is_same_but_for_passwords(kept, expected->raw), "items are kept, passwords as stars");
    expected->raw = kept;
    require(seen->front() == *expected, "seen as the plain reading sees it");
}

}  // namespace

// The first byte chooses the message, the second the edition.
void parse_body(ByteView input) {
    if (input.size() < 2) return;
    const auto rows = catalogue();
    const CatalogueRow& row = rows[std::to_integer<std::size_t>(input[0]) % rows.size()];
    const bool new_edition = (input[1] & std::byte{1}) != std::byte{0};
    const Edition edition = new_edition ? Edition::v2019 : Edition::v2013;
    const ByteView body = input.subspan(2);
    const auto message = decode(row.id, edition, body);
    if (!message) return;
    const Bytes written = encode(*message, edition);
    const bool exact =
        std::holds_alternative<Position>(*message) || std::holds_alternative<Batch>(*message);
    require(!exact || std::ranges::equal(written, body), "positions are written as read");
    const auto again = decode(row.id, edition, written);
    require(again.has_value(), "what was written can be read");
    // Texts without their padding; in which widths they stood is guessed from what is in them.
    const bool guessed = std::holds_alternative<Register>(*message) ||
                         std::holds_alternative<Authenticate>(*message);
    require(guessed || encode(*again, edition) == written, "what was written stays the same");
}

// The first byte chooses the model.
void parse_position(ByteView input) {
    if (input.empty()) return;
    const auto& models = known_profiles();
    const Profile& model = models[std::to_integer<std::size_t>(input[0]) % models.size()];
    const ByteView body = input.subspan(1);
    Reader r{body};
    const Position position = read_position(r, Edition::v2013);
    if (!r.ok()) return;
    for (const Item& item : position.items) {
        (void)read_item(item, model.dialect.get());
        (void)read_item(item);
        for (const ItemField& field : item_fields(item)) (void)measure(field, item);
        const Item kept = without_secrets(item, model.dialect.get());
        require(kept.value.size() == item.value.size(), "secrets are overwritten in place");
        require(kept.value == item.value || may_hold_password(model.dialect.get(), item.id),
                "only items with passwords are overwritten");
    }
    Arrival arrival;
    arrival.lock = "8000620011";
    const auto seen = sightings_of(position, model, arrival);
    if (!model.dialect) same_as_plain(body, model, arrival, seen);
    if (!seen) return;
    for (const Sighting& one : *seen) {
        const auto* const fix = std::get_if<Fix>(&one.what);
        require(fix == nullptr || is_on_earth(fix->where), "a fix is on earth");
    }
}

}  // namespace liuhen::test
