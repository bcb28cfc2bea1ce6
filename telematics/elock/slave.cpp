#include "telematics/elock/slave.hpp"

#include "telematics/text.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace liuhen::telematics::elock {
namespace {
constexpr std::size_t serial_offset = 17 + 6 + 5;  // place, sensor time, sensor number
}  // namespace

std::optional<std::uint8_t> slave_serial(const Sentence& sentence) {
    if (sentence.field(4) != "5" || sentence.payload.size() <= serial_offset) return std::nullopt;
    return std::to_integer<std::uint8_t>(sentence.payload[serial_offset]);
}

Result<SlaveReport, Fault> read_slave(const Sentence& sentence, std::chrono::minutes zone) {
    if (sentence.field(4) != "5") return fail(Fault::unknown_message);
    Reader in{sentence.payload};
    auto place = read_place(in, zone);
    if (!place) return fail(place.error());
    SlaveReport report;
    report.place = std::move(*place);
    const ByteView time = in.take(6);
    report.slave = to_hex(in.take(5));
    report.serial = in.u8();
    in.take(4);  // voltage, charge, signal strength
    report.type = in.u8();
    if (report.type == slave_lock_type) report.state = in.u16();
    if (!in.ok()) return fail(Fault::truncated);
    const std::array year_first{time[2], time[1], time[0], time[3], time[4], time[5]};
    report.sensed = bcd_time(year_first, zone);
    report.identity = sentence.payload;
    report.identity.erase(report.identity.begin() + static_cast<std::ptrdiff_t>(serial_offset));
    return report;
}

}  // namespace liuhen::telematics::elock
