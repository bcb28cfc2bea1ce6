// JT/T 808-2019 table 23: the basic part of a position, written again from its row.
#include "base/hash.hpp"
#include "base/time.hpp"
#include "telematics/archive/piece.hpp"
#include "telematics/bytes.hpp"

#include <bit>
#include <chrono>

namespace liuhen::telematics::archive {
namespace {

constexpr std::int64_t steps_a_microdegree = 10;
constexpr std::int64_t undated = 1;  // of the flags
constexpr std::int64_t highest_word = 0xFFFF;

std::uint8_t bcd(unsigned two_digits) {
    return static_cast<std::uint8_t>(two_digits / 10 << 4U | two_digits % 10);
}

void put_time(Writer& w, std::int64_t at_ms) {
    using namespace std::chrono;
    const auto local = floor<seconds>(Instant{milliseconds{at_ms}} + china_standard_time);
    const auto day = floor<days>(local);
    const year_month_day date{day};
    const hh_mm_ss time{local - day};
    w.u8(bcd(static_cast<unsigned>(static_cast<int>(date.year()) % 100)));
    w.u8(bcd(static_cast<unsigned>(date.month()))).u8(bcd(static_cast<unsigned>(date.day())));
    w.u8(bcd(static_cast<unsigned>(time.hours().count())));
    w.u8(bcd(static_cast<unsigned>(time.minutes().count())));
    w.u8(bcd(static_cast<unsigned>(time.seconds().count())));
}

bool is_report(const Row& row) {
    const bool whole = row[Column::alarm] && row[Column::status] && row[Column::lat] &&
                       row[Column::lon] && row[Column::altitude] && row[Column::speed] &&
                       row[Column::heading] && row[Column::at] && row.raw;
    return whole && row[Column::kind] == 1 && (row[Column::flags].value_or(0) & undated) == 0 &&
           *row[Column::at] >= 0;
}

std::uint32_t microdegrees(std::int64_t stored) {
    return static_cast<std::uint32_t>(std::abs(stored) / steps_a_microdegree);
}

}  // namespace

std::optional<std::int64_t> derived_hash(const Row& row) {
    if (!is_report(row)) return std::nullopt;
    const std::int64_t speed = *row[Column::speed];
    const std::int64_t tenths = speed * 9 / 25 + (speed * 9 % 25 > 12 ? 1 : 0);
    if (speed < 0 || tenths > highest_word) return std::nullopt;
    Writer w;
    w.u32(static_cast<std::uint32_t>(*row[Column::alarm]));
    w.u32(static_cast<std::uint32_t>(*row[Column::status]));
    w.u32(microdegrees(*row[Column::lat])).u32(microdegrees(*row[Column::lon]));
    w.u16(static_cast<std::uint16_t>(*row[Column::altitude]));
    w.u16(static_cast<std::uint16_t>(tenths));
    w.u16(static_cast<std::uint16_t>(*row[Column::heading]));
    put_time(w, *row[Column::at]);
    w.put(*row.raw);
    return std::bit_cast<std::int64_t>(hash64(w.view()));
}

}  // namespace liuhen::telematics::archive
