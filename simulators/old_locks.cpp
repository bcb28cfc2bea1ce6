#include "simulators/old_locks.hpp"

#include "telematics/elock/report.hpp"
#include "telematics/jtt808/frame.hpp"
#include "telematics/jtt808/lock_report.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::simulators {
namespace {

using namespace telematics;

constexpr std::chrono::minutes lock_zone{0};  // both live in UTC

// Time, position, speed and heading in 17 bytes, which all Jointech reports have behind a head.
Bytes place_bytes(const Fix& fix) {
    constexpr std::ptrdiff_t head_bytes = 10, place_size = 17;
    elock::LockReport report;
    report.lock = "0000000000";
    report.protocol = elock::jt701d_protocol;
    report.at = fix.at;
    report.where = fix.where;
    report.source = FixSource::satellite;
    report.speed = fix.speed;
    report.heading = fix.heading;
    const Bytes whole = elock::write_report(report, lock_zone);
    return {whole.begin() + head_bytes, whole.begin() + head_bytes + place_size};
}

Bytes digits(const std::string& number, std::size_t width) {
    const std::size_t zeros = 2 * width - std::min(2 * width, number.size());
    return *from_hex(std::string(zeros, '0') + number);
}

}  // namespace

Jt600::Jt600(std::string number) : number_{std::move(number)} {}

void Jt600::record(const Fix& fix) {
    constexpr std::uint8_t tracker_live = 0x11, satellites = 9, volts = 0x19;
    constexpr std::uint16_t record_bytes = 27;
    Writer w;
    w.u8('$').put(digits(number_, 5)).u8(tracker_live).u16(record_bytes);
    w.put(place_bytes(fix));
    w.u8(satellites).u8(volts).u8(0).u16(102).u16(0).u16(0).u8(31);
    const Bytes frame = w.u8(serial_++).finish();
    pending_.insert(pending_.end(), frame.begin(), frame.end());
    ++tally_.frames;
}

Bytes Jt600::greet(Monotonic) { return {}; }
Bytes Jt600::due(Instant, Monotonic) { return std::exchange(pending_, {}); }
void Jt600::hear(ByteView) {}
void Jt600::lost() { pending_.clear(); }

Jt705::Jt705(std::string number) : number_{std::move(number)} {}

void Jt705::record(const Fix& fix, LockState state) {
    constexpr std::uint8_t gsm = 30, satellites = 9, battery = 55, product = 3;
    constexpr std::uint8_t lock_event = 0x0B, by_card = 0x22;
    constexpr std::uint32_t card = 8'627'839;
    const bool opened = latch_.follow(state) == Latch::Change::moved && state == LockState::open;
    Writer w;
    w.put(place_bytes(fix)).u8(gsm).u8(satellites).u32(0).u8(battery);
    w.u32(0).u16(0).u8(product).u16(0).u16(0);
    if (opened) w.u8(lock_event).u8(5).u8(by_card).u32(card);
    Entry entry{
        .kind = Entry::Kind::lock_report, .at = fix.at, .not_before = fix.at, .body = w.finish()};
    entry.serial = serial_++;
    outbox_.add(std::move(entry));
}

Bytes Jt705::greet(Monotonic) {
    heard_.clear();
    return {};
}

Bytes Jt705::due(Instant now, Monotonic when) {
    constexpr unsigned wants_answer = 0x8000;
    outbox_.give_up(when - answer_patience);
    if (outbox_.flights() > 0) return {};
    const auto taken = outbox_.take(now, 1, 0, when);
    if (taken.empty()) return {};
    const Entry& entry = taken.front();
    ++tally_.frames;
    Writer w;
    w.u16(entry.origin == Entry::Origin::live ? jtt808::lock_report_live
                                              : jtt808::lock_report_blind);
    w.u16(static_cast<std::uint16_t>(wants_answer | entry.body.size()));
    w.put(digits(number_, 6)).u8(static_cast<std::uint8_t>(*entry.serial)).put(entry.body);
    std::uint8_t sum = 0;
    for (const std::byte b : w.view()) sum ^= std::to_integer<std::uint8_t>(b);
    w.u8(sum);
    return jtt808::wrapped(w.view(), jtt808::Wrapping::standard);
}

void Jt705::hear(ByteView bytes) {
    constexpr std::uint16_t answer = 0x4401;
    for (const std::byte b : bytes) {
        if (b != jtt808::delimiter) {
            heard_.push_back(b);
            continue;
        }
        const Bytes frame = std::exchange(heard_, {});
        Reader r{frame};
        if (frame.size() < 2 || r.u16() != answer) continue;
        for (unsigned serial = 0; serial <= UINT8_MAX; ++serial)
            tally_.events_acked += outbox_.acknowledged(static_cast<std::uint16_t>(serial)).size();
    }
}

void Jt705::lost() { outbox_.connection_lost(); }

}  // namespace liuhen::simulators
