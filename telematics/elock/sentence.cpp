#include "telematics/elock/sentence.hpp"

#include "telematics/elock/passwords.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace liuhen::telematics::elock {
namespace {

constexpr std::size_t payload_place = 6;  // (id,1,nnn,WLNET,5,2,<payload>)

std::string_view inside(const Piece& piece) {
    const std::string_view text{reinterpret_cast<const char*>(piece.bytes.data()),
                                piece.bytes.size()};
    return text.size() < 2 ? std::string_view{} : text.substr(1, text.size() - 2);
}

template <class Number>
std::optional<Number> whole(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// A plain decimal: no sign, no exponent, no "inf".
std::optional<double> decimal(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos)
        return std::nullopt;
    return whole<double>(text);
}

// Where each command keeps its position.
struct Layout {
    std::string_view command;
    std::uint16_t message;
    std::size_t date, valid, lat, lon, speed;
    bool minutes;            // ddmm.mmmm in place of decimal degrees
    std::size_t odometer;    // 0: none
    std::size_t satellites;  // 0: none
};
constexpr std::array<Layout, 6> layouts{{
    {"P45", 0x7045, 2, 8, 4, 6, 9, false, 17, 0},
    {"U01", 0x7021, 2, 4, 5, 7, 9, false, 0, 11},
    {"U02", 0x7022, 2, 4, 5, 7, 9, false, 0, 11},
    {"U03", 0x7023, 2, 4, 5, 7, 9, false, 0, 11},
    {"U06", 0x7026, 3, 5, 6, 8, 10, false, 0, 12},
    {"W01", 0x7031, 7, 6, 4, 2, 9, true, 0, 0},
}};

// Two fields ddmmyy, hhmmss. Nullopt inside when all digits are zero.
Result<std::optional<Instant>, Fault> read_time(std::string_view date, std::string_view time,
                                                std::chrono::minutes zone) {
    if (date.size() != 6 || time.size() != 6) return fail(Fault::bad_value);
    if (date == "000000" && time == "000000") return std::optional<Instant>{};
    std::string year_first{date.substr(4, 2)};
    year_first.append(date.substr(2, 2)).append(date.substr(0, 2)).append(time);
    const auto packed = from_hex(year_first);
    const auto at = packed ? bcd_time(*packed, zone) : std::nullopt;
    if (!at) return fail(Fault::bad_value);
    return at;
}

std::optional<double> read_angle(std::string_view number, std::string_view side, bool minutes,
                                 double limit) {
    auto angle = decimal(number);
    if (!angle || side.size() != 1) return std::nullopt;
    if (minutes) {
        const double degrees = std::floor(*angle / 100);
        angle = degrees + (*angle - degrees * 100) / 60;
    }
    if (*angle > limit) return std::nullopt;
    return side == "S" || side == "W" ? -*angle : *angle;
}

Result<TextFix, Fault> read_at(const Sentence& sentence, const Layout& row,
                               std::chrono::minutes zone) {
    const auto field = [&sentence](std::size_t place) { return sentence.field(place); };
    const auto at = read_time(field(row.date), field(row.date + 1), zone);
    if (!at) return fail(at.error());
    const auto lat = read_angle(field(row.lat), field(row.lat + 1), row.minutes, 90);
    const auto lon = read_angle(field(row.lon), field(row.lon + 1), row.minutes, 180);
    const auto speed = decimal(field(row.speed));
    const auto heading = decimal(field(row.speed + 1));
    if (!lat || !lon || !speed || !heading) return fail(Fault::bad_value);
    TextFix read;
    read.message = row.message;
    read.fix.at = at->value_or(Instant{});
    read.fix.where = {.lat = *lat, .lon = *lon};
    read.fix.speed = from_kmh(*speed);
    read.fix.heading = {std::fmod(*heading, 360.0)};
    const bool valid = field(row.valid) == "A" || field(row.valid) == "T";
    read.fix.source = valid ? FixSource::satellite : FixSource::none;
    const auto km = row.odometer != 0 ? decimal(field(row.odometer)) : std::nullopt;
    if (km) read.fix.odometer = Metres{*km * 1000};
    if (row.satellites != 0) read.fix.satellites = whole<std::uint8_t>(field(row.satellites));
    return read;
}

}  // namespace

std::string_view Sentence::field(std::size_t place) const {
    return place < fields.size() ? std::string_view{fields[place]} : std::string_view{};
}

Result<Sentence, Fault> read_sentence(const Piece& piece) {
    Sentence sentence;
    std::string_view rest = inside(piece);
    for (;;) {
        if (sentence.fields.size() == payload_place && sentence.fields[3] == "WLNET") {
            auto payload = unescape(bytes_of(rest));
            if (!payload) return fail(payload.error());
            sentence.payload = std::move(*payload);
            break;
        }
        const auto comma = rest.find(',');
        sentence.fields.emplace_back(rest.substr(0, comma));
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
    }
    if (sentence.fields.size() < 2) return fail(Fault::truncated);
    const bool numbered = sentence.fields[1] == "1" && sentence.fields.size() > 3;
    sentence.command = sentence.fields[numbered ? 3 : 1];
    return sentence;
}

Bytes without_secrets(const Piece& piece) {
    Bytes clean = piece.bytes;
    constexpr std::size_t seal_end = 3;  // `E##`, which is not the last of its fields
    if (piece.form == Piece::Form::text) blank_passwords(clean);
    if (piece.form == Piece::Form::seal)
        blank_passwords(std::span{clean}.first(clean.size() - seal_end));
    return clean;
}

std::optional<Result<TextFix, Fault>> read_text_fix(const Sentence& sentence,
                                                    std::chrono::minutes zone) {
    const auto row = std::ranges::find(layouts, sentence.command, &Layout::command);
    if (row == layouts.end()) return std::nullopt;
    return read_at(sentence, *row, zone);
}

std::optional<std::uint8_t> unlock_serial(const Sentence& sentence) {
    return whole<std::uint8_t>(sentence.field(16));
}

Result<UnlockReport, Fault> read_unlock(const Sentence& sentence) {
    if (sentence.fields.size() < 17) return fail(Fault::truncated);
    const auto event = whole<std::uint8_t>(sentence.field(11));
    const auto verify = whole<std::uint8_t>(sentence.field(12));
    const auto wrong = whole<std::uint8_t>(sentence.field(15));
    const auto serial = unlock_serial(sentence);
    if (!event || !verify || !wrong || !serial) return fail(Fault::bad_value);
    UnlockReport report{*event, *verify, std::string{sentence.field(13)}, sentence.field(14) == "1",
                        *wrong, *serial};
    if (report.card.find_first_not_of('0') == std::string::npos) report.card.clear();
    return report;
}

Bytes write_unlock(std::string_view number, const UnlockReport& report, const Fix& fix,
                   std::chrono::minutes zone) {
    const std::string packed = to_hex(to_bcd_time(fix.at, zone));  // yymmddhhmmss
    const std::string date = packed.substr(4, 2) + packed.substr(2, 2) + packed.substr(0, 2);
    std::array<char, 128> place{};
    std::snprintf(place.data(), place.size(), "%.5f,%c,%.5f,%c,%c,%ld,%ld", std::abs(fix.where.lat),
                  fix.where.lat < 0 ? 'S' : 'N', std::abs(fix.where.lon),
                  fix.where.lon < 0 ? 'W' : 'E', fix.source == FixSource::satellite ? 'A' : 'V',
                  std::lround(to_kmh(fix.speed)), std::lround(fix.heading.value) % 360);
    std::array<char, 128> event{};
    std::snprintf(event.data(), event.size(), "%u,%u,%s,%d,%u,%u,%ld", unsigned{report.event},
                  unsigned{report.verify}, report.card.empty() ? "0000000000" : report.card.c_str(),
                  report.password_ok ? 1 : 0, unsigned{report.wrong_passwords},
                  unsigned{report.serial},
                  std::lround(fix.odometer.value_or(Metres{}).value / 1000));
    const std::string text = "(" + std::string{number} + ",P45," + date + "," + packed.substr(6) +
                             "," + place.data() + "," + event.data() + ")";
    const ByteView bytes = bytes_of(text);
    return {bytes.begin(), bytes.end()};
}

}  // namespace liuhen::telematics::elock
