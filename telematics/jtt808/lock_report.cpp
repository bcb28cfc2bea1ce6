#include "telematics/jtt808/lock_report.hpp"

#include "base/hash.hpp"
#include "telematics/datum.hpp"
#include "telematics/elock/events.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/lock_sightings.hpp"
#include "telematics/jtt808/secrets.hpp"
#include "telematics/octets.hpp"

#include <algorithm>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::size_t head_bytes = 11;  // id, attributes, phone, one byte of serial
constexpr unsigned length_bits = 0x3FF;
constexpr std::uint16_t wants_answer = 1U << 15U;
constexpr std::uint16_t battery_alarms = 1U << 1U | 1U << 3U;
constexpr std::uint16_t answer_id = 0x4401;

Fix fix_of(const elock::LockReport& place, Instant at, const Profile& profile) {
    Fix fix = elock::fix_of(place, at);
    if (profile.datum == Datum::gcj02) fix.where = wgs84_from_gcj02(fix.where);
    return fix;
}

}  // namespace

const Dialect& lock_dialect(const Profile& profile) {
    return profile.dialect ? *profile.dialect : *find_profile("lock-jointech")->dialect;
}

Result<Frame, Fault> parse_lock_frame(Bytes unescaped, Checksum checksum) {
    Reader r{unescaped};
    Frame frame;
    frame.head.id = r.u16();
    frame.head.attributes = r.u16();
    std::ranges::copy(r.take(6), frame.head.phone.begin());
    frame.head.serial = r.u8();
    if (!r.ok() || !is_lock_report(frame.head.id)) return fail(Fault::not_a_frame);
    if (unescaped.size() != head_bytes + (frame.head.attributes & length_bits) + 1)
        return fail(Fault::bad_length);
    if (checksum == Checksum::required && xor_of(unescaped) != std::byte{0})
        return fail(Fault::bad_checksum);
    frame.body_at = head_bytes;
    frame.body_size = unescaped.size() - head_bytes - 1;
    frame.bytes = std::move(unescaped);
    return frame;
}

Result<JointechReport, Fault> read_jointech_report(ByteView body, std::chrono::minutes zone) {
    Reader r{body};
    auto place = elock::read_place(r, zone);
    if (!place) return fail(place.error());
    JointechReport report;
    report.place = std::move(*place);
    report.gsm = r.u8();
    report.place.satellites = r.u8();
    report.place.odometer = Metres{r.u32() * 1000.0};
    report.battery = r.u8();
    report.cell = r.u32();
    report.lac = r.u16();
    report.product = r.u8();
    report.status = r.u16();
    report.alarm = r.u16();
    if (!r.ok()) return fail(Fault::truncated);
    while (r.remaining() >= 2) {
        const Reader before = r;
        const std::uint8_t id = r.u8();
        const std::size_t length = r.u8();
        if (length > r.remaining()) {
            r = before;
            break;
        }
        const ByteView value = r.take(length);
        report.items.push_back({.id = id, .value = {value.begin(), value.end()}});
    }
    const ByteView tail = r.rest();
    report.tail.assign(tail.begin(), tail.end());
    return report;
}

Result<std::vector<Sighting>, Fault> sightings_of(const Frame& frame, const Profile& profile,
                                                  const std::string& lock, Instant received) {
    const auto report = read_jointech_report(frame.body(), profile.time_zone);
    if (!report) return fail(report.error());
    const Dialect& dialect = lock_dialect(profile);
    const auto at = report->place.at;
    std::vector<Sighting> seen{
        Sighting{.what = fix_of(report->place, at.value_or(received), profile),
                 .hash = hash64(at ? frame.body() : ByteView{frame.bytes}),
                 .undated = !at,
                 .backlog = frame.head.id == lock_report_blind,
                 .message = frame.head.id,
                 .alarm = report->alarm,
                 .status = report->status,
                 .raw = kept_items(frame.body().subspan(jointech_basic_bytes), &dialect)}};
    if ((report->alarm & battery_alarms) != 0) {
        LockEvent event;
        event.lock = {lock};
        event.action = LockAction::battery_low;
        add_lock_event(seen, std::move(event));
    }
    add_item_events(seen, report->items, dialect, lock);
    add_lock_report(seen, report->items, dialect, lock);
    return seen;
}

Bytes lock_answer(const Header& to) {
    if ((to.attributes & wants_answer) == 0) return {};
    constexpr std::uint16_t body_bytes = 3;
    constexpr std::uint8_t serial = 1, received_well = 0;
    Writer w;
    w.u16(answer_id).u16(body_bytes).put(to.phone_bytes()).u8(serial);
    w.u16(to.id).u8(received_well);
    w.u8(std::to_integer<std::uint8_t>(xor_of(w.view())));
    return wrapped(w.view(), to.wrapping);
}

}  // namespace liuhen::telematics::jtt808
