// Locks: whatever is written is read back, and slicing changes nothing.
#include "telematics/elock/dialogue.hpp"
#include "telematics/elock/events.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <string>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::elock;
using namespace std::chrono_literals;

namespace {

std::string digits(int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text.push_back(static_cast<char>('0' + *rc::gen::inRange(0, 10)));
    return text;
}

Instant any_time() {  // seconds of 2000 to 2099
    return Instant{std::chrono::seconds{*rc::gen::inRange<std::int64_t>(946684800, 4102444800)}};
}

double any_angle(int limit) {  // a multiple of 0.0001 minute
    return *rc::gen::inRange(-limit * 600000, limit * 600000 + 1) / 600000.0;
}

LockReport any_report() {
    LockReport report;
    report.lock = digits(10);
    report.protocol = *rc::gen::element(jt701d_protocol, jt701_protocol, jt701_old_protocol);
    report.data_type = *rc::gen::inRange<std::uint8_t>(1, 5);
    report.at = any_time();
    report.where = {.lat = any_angle(90), .lon = any_angle(180)};
    report.speed = from_knots(*rc::gen::inRange(0, 256));
    report.heading = {*rc::gen::inRange(0, 180) * 2.0};
    report.odometer = Metres{*rc::gen::inRange(0, 2000000) * 1000.0};
    report.satellites = *rc::gen::arbitrary<std::uint8_t>();
    report.status = *rc::gen::arbitrary<std::uint16_t>();
    report.battery = *rc::gen::arbitrary<std::uint8_t>();
    report.serial = *rc::gen::arbitrary<std::uint8_t>();
    const bool fixed = *rc::gen::arbitrary<bool>();
    report.source = fixed ? FixSource::satellite : FixSource::none;
    if (has(*report.status, Status::cell_tower)) report.source = FixSource::cell_tower;
    return report;
}

UnlockReport any_unlock() {
    UnlockReport unlock;
    unlock.event = *rc::gen::inRange<std::uint8_t>(1, 8);
    unlock.verify = *rc::gen::element<std::uint8_t>(0, 1, 10, 98, 99);
    if (*rc::gen::arbitrary<bool>()) unlock.card = "1" + digits(9);
    unlock.password_ok = *rc::gen::arbitrary<bool>();
    unlock.wrong_passwords = *rc::gen::inRange<std::uint8_t>(0, 6);
    unlock.serial = *rc::gen::arbitrary<std::uint8_t>();
    return unlock;
}

Fix any_fix() {
    Fix fix;
    fix.at = any_time();
    fix.where = {.lat = *rc::gen::inRange(-9000000, 9000001) / 1e5,
                 .lon = *rc::gen::inRange(-18000000, 18000001) / 1e5};
    fix.speed = from_kmh(*rc::gen::inRange(0, 200));
    fix.heading = {static_cast<double>(*rc::gen::inRange(0, 360))};
    fix.source = *rc::gen::element(FixSource::satellite, FixSource::none);
    return fix;
}

// Whole pieces, broken ones and noise, one behind the other.
Bytes any_stream() {
    Writer out;
    const int parts = *rc::gen::inRange(0, 12);
    for (int i = 0; i < parts; ++i) {
        Bytes part = *rc::gen::arbitrary<bool>()
                         ? write_report(any_report(), 0min)
                         : write_unlock(digits(10), any_unlock(), any_fix(), 0min);
        const int fate = *rc::gen::inRange(0, 4);
        if (fate == 0) part.resize(*rc::gen::inRange<std::size_t>(0, part.size()));
        if (fate == 1) part[*rc::gen::inRange<std::size_t>(0, part.size())] ^= std::byte{0x40};
        out.put(part);
        const auto noise = *rc::gen::container<std::string>(rc::gen::element('$', '(', ',', '7'));
        if (fate == 2) out.put(bytes_of(noise));
    }
    return out.finish();
}

Turn heard(ByteView stream, const std::vector<std::size_t>& cuts) {
    Dialogue dialogue{[](std::string_view) { return Enrolled{}; }};
    Turn turn;
    std::size_t from = 0;
    for (const std::size_t cut : cuts) {
        if (turn.hang_up) break;
        turn.add(dialogue.hear(stream.subspan(from, cut - from), Instant{}));
        from = cut;
    }
    return turn;
}

bool near(double a, double b) { return std::abs(a - b) < 1e-9; }

}  // namespace

TEST_CASE("a report that is written is read back") {
    CHECK(rc::check([] {
        const LockReport report = any_report();
        const auto zone = *rc::gen::element<std::chrono::minutes>(0min, china_standard_time);
        FrameScanner scanner;
        scanner.feed(write_report(report, zone));
        const auto piece = scanner.next();
        RC_ASSERT(piece && *piece);
        const auto reports = read_reports(**piece, zone);
        RC_ASSERT(reports && reports->size() == 1);
        LockReport read = reports->front();
        RC_ASSERT(near(read.where.lat, report.where.lat) && near(read.where.lon, report.where.lon));
        RC_ASSERT(near(read.speed.value, report.speed.value));
        RC_ASSERT(read.lock == report.lock && read.protocol == report.protocol);
        RC_ASSERT(read.data_type == report.data_type && read.at == report.at);
        RC_ASSERT(read.source == report.source && read.heading == report.heading);
        RC_ASSERT(read.odometer == report.odometer && read.satellites == report.satellites);
        RC_ASSERT(read.status == report.status && read.battery == report.battery);
        RC_ASSERT(read.serial == report.serial);
        RC_ASSERT(write_report(read, zone) == (*piece)->bytes);
    }));
}

TEST_CASE("an unlock report that is written is read back") {
    CHECK(rc::check([] {
        const UnlockReport unlock = any_unlock();
        const Fix fix = any_fix();
        const std::string number = digits(10);
        FrameScanner scanner;
        scanner.feed(write_unlock(number, unlock, fix, 0min));
        const auto piece = scanner.next();
        RC_ASSERT(piece && *piece);
        const auto sentence = read_sentence(**piece);
        RC_ASSERT(sentence && sentence->lock() == number);
        RC_ASSERT(read_unlock(*sentence).value() == unlock);
        const Fix read = read_text_fix(*sentence, 0min)->value().fix;
        RC_ASSERT(read.at == fix.at && read.source == fix.source && read.heading == fix.heading);
        RC_ASSERT(near(read.where.lat, fix.where.lat) && near(read.where.lon, fix.where.lon));
        RC_ASSERT(near(read.speed.value, fix.speed.value));
    }));
}

TEST_CASE("a stream in slices is heard as it is whole, broken pieces and noise included") {
    CHECK(rc::check([] {
        const Bytes stream = any_stream();
        auto cuts = *rc::gen::container<std::vector<std::size_t>>(
            rc::gen::inRange<std::size_t>(0, stream.size() + 1));
        std::sort(cuts.begin(), cuts.end());
        cuts.push_back(stream.size());
        const Turn whole = heard(stream, {stream.size()});
        const Turn sliced = heard(stream, cuts);
        RC_ASSERT(sliced.seen == whole.seen);
        RC_ASSERT(sliced.frames == whole.frames);
        RC_ASSERT(sliced.reply == whole.reply);
        RC_ASSERT(sliced.refused.size() == whole.refused.size());
        for (std::size_t i = 0; i < whole.refused.size(); ++i) {
            RC_ASSERT(sliced.refused[i].fault == whole.refused[i].fault);
            RC_ASSERT(sliced.refused[i].bytes == whole.refused[i].bytes);
        }
    }));
}

TEST_CASE("a payload that is escaped holds no delimiter and is the same when unescaped") {
    CHECK(rc::check([] {
        const auto octets = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
        Writer out;
        for (const std::uint8_t octet : octets) out.u8(octet);
        const Bytes payload = out.finish();
        const Bytes escaped = escape(payload);
        for (const char c : {'(', ')', ','})
            RC_ASSERT(std::find(escaped.begin(), escaped.end(), std::byte(c)) == escaped.end());
        RC_ASSERT(unescape(escaped).value() == payload);
    }));
}
