#include "telematics/elock/eseal.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace liuhen::telematics::elock {
namespace {

constexpr std::string_view answer_mark = " ACK";
constexpr std::string_view open_order = "RC-Unlock";
constexpr std::size_t fewest_fields = 8, fields_of_report = 20;

// Places of the fields of a report.
enum Place : std::size_t {
    event_place = 5,
    index_place = 6,
    date_place = 7,
    valid_place = 10,
    where_place = 11,
    course_place = 12,
    speed_place = 13,
    door_place = 14,
    battery_place = 17,
};

struct EventRow {
    std::string_view event;
    LockAction action;
    LockMeans means;
};
constexpr std::array<EventRow, 2> events{{
    {"Event-Lock", LockAction::sealed, LockMeans::automatic},
    {"Event-RC-Unlock", LockAction::unsealed, LockMeans::remote},
}};

std::optional<double> decimal(std::string_view text) {
    double value{};
    if (text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// `28.100000N`: degrees and their side.
std::optional<double> angle(std::string_view text, char negative, double limit) {
    if (text.empty()) return std::nullopt;
    const auto degrees = decimal(text.substr(0, text.size() - 1));
    if (!degrees || *degrees > limit) return std::nullopt;
    return text.back() == negative ? -*degrees : *degrees;
}

std::optional<LatLon> place_in(std::string_view text) {
    const auto gap = text.find(' ');
    if (gap == std::string_view::npos) return std::nullopt;
    const auto lat = angle(text.substr(0, gap), 'S', 90);
    const auto lon = angle(text.substr(gap + 1), 'W', 180);
    if (!lat || !lon) return std::nullopt;
    return LatLon{.lat = *lat, .lon = *lon};
}

// Nullopt inside when the seal has no clock: all digits are zero.
Result<std::optional<Instant>, Fault> time_in(const SealText& text, std::chrono::minutes zone) {
    const std::string& date = text.fields[date_place];
    const std::string& clock = text.fields[date_place + 1];
    const auto has_digit = [](const std::string& digits) {
        return digits.find_first_of("123456789") != std::string::npos;
    };
    if (!has_digit(date) && !has_digit(clock)) return std::optional<Instant>{};
    const auto at = parse_iso(date + "T" + clock + "Z");
    if (!at) return fail(Fault::bad_value);
    return std::optional{*at - zone};
}

Result<Fix, Fault> fix_in(const SealText& text, Instant at) {
    const auto where = place_in(text.fields[where_place]);
    const auto course = decimal(text.fields[course_place]);
    const auto kmh = decimal(text.fields[speed_place]);
    if (!where || !course || *course > 360 || !kmh) return fail(Fault::bad_value);
    Fix fix;
    fix.at = at;
    fix.where = *where;
    fix.speed = from_kmh(*kmh);
    fix.heading = {*course == 360 ? 0 : *course};
    const bool fixed = text.fields[valid_place] == "A";
    fix.source = fixed ? FixSource::satellite : FixSource::none;
    return fix;
}

Bytes identity(const SealText& text) {
    Writer out;
    for (std::size_t place = event_place; place < text.fields.size(); ++place) {
        if (place != index_place) out.put(bytes_of(text.fields[place])).u8(',');
    }
    return out.finish();
}

Sighting event_beside(const Sighting& fix, const std::string& seal, LockAction action,
                      LockMeans means) {
    const Fix& place = std::get<Fix>(fix.what);
    LockEvent event;
    event.at = place.at;
    event.lock = LockId{seal};
    event.action = action;
    event.means = means;
    if (place.source == FixSource::satellite) event.where = place.where;
    Writer hashed;
    hashed.put(fix.raw).u8(static_cast<std::uint8_t>(action)).u8(static_cast<std::uint8_t>(means));
    Sighting seen = fix;
    seen.what = std::move(event);
    seen.hash = hash64(hashed.view());
    return seen;
}

}  // namespace

std::string SealText::head() const {
    std::string head;
    for (std::size_t place = 0; place < event_place; ++place) head += fields[place] + ",";
    return head;
}

bool SealText::is_answer() const { return event().ends_with(answer_mark); }

Result<SealText, Fault> read_seal(const Piece& piece) {
    SealText text;
    std::string_view rest{reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size()};
    for (;;) {
        const auto comma = rest.find(',');
        text.fields.emplace_back(rest.substr(0, comma));
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
    }
    if (text.fields.size() < fewest_fields) return fail(Fault::truncated);
    return text;
}

Result<std::vector<Sighting>, Fault> sightings_of(const SealText& text, std::chrono::minutes zone,
                                                  Instant received) {
    if (text.is_answer()) return std::vector<Sighting>{};
    if (text.fields.size() < fields_of_report) return fail(Fault::truncated);
    const auto at = time_in(text, zone);
    if (!at) return fail(at.error());
    const auto fix = fix_in(text, at->value_or(received));
    if (!fix) return fail(fix.error());
    Sighting report;
    report.what = *fix;
    report.undated = !*at;
    report.message = seal_message;
    report.raw = identity(text);
    report.hash = hash64(report.raw);
    std::vector<Sighting> seen{report};
    const auto add = [&](LockAction action, LockMeans means) {
        seen.push_back(event_beside(report, text.number(), action, means));
    };
    const auto row = std::ranges::find(events, text.event(), &EventRow::event);
    const bool open = text.fields[door_place] == "Open";
    const bool told = row != events.end() && !(open && row->action == LockAction::sealed);
    if (told) add(row->action, row->means);
    if (open && !told) add(LockAction::unsealed, LockMeans::unknown);
    const auto volts = decimal(text.fields[battery_place]);
    if (volts && *volts < seal_battery_low) add(LockAction::battery_low, LockMeans::unknown);
    if (seen.size() == 1) add(LockAction::reported, LockMeans::unknown);
    return seen;
}

std::string acknowledgement(const SealText& text) {
    if (text.is_answer()) return {};
    return text.head() + text.event() + std::string{answer_mark} + "," + text.fields[index_place] +
           ",E##\r\n";
}

Result<Spoken, Untold> spoken_seal_order(const Command& command, const SealText& seal) {
    const auto* const lock = std::get_if<LockCommand>(&command);
    if (lock == nullptr || lock->verb != LockCommand::Verb::unseal)
        return fail(Untold::not_supported);
    const bool is_other =
        !lock->lock.empty() && significant_digits(lock->lock) != significant_digits(seal.number());
    if (is_other) return fail(Untold::not_supported);
    const std::string words = seal.head() + std::string{open_order} + ",E##\r\n";
    const ByteView bytes = bytes_of(words);
    return Spoken{
        .name = std::string{open_order}, .bytes = {bytes.begin(), bytes.end()}, .opens = true};
}

std::optional<OrderAnswer> take_answer(Outstanding& open, const SealText& text) {
    if (!text.is_answer()) return std::nullopt;
    const std::string_view event = text.event();
    Outstanding::Open* const asked = open.find(event.substr(0, event.size() - answer_mark.size()));
    if (asked == nullptr) return std::nullopt;
    return OrderAnswer{.order = open.close(*asked),
                       .state = OrderState::done,
                       .message = 0,
                       .detail = text.fields[index_place]};
}

}  // namespace liuhen::telematics::elock
