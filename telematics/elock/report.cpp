#include "telematics/elock/report.hpp"

#include "telematics/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

namespace liuhen::telematics::elock {
namespace {

constexpr std::uint8_t flag_fix = 1, flag_north = 2, flag_east = 4, flag_always = 8;
constexpr double units_per_degree = 600000;       // 0.0001 minute
constexpr long units_per_whole_degree = 1000000;  // ddmm.mmmm as a decimal number
constexpr std::size_t status_offset = binary_head_bytes + 26;
constexpr std::size_t old_tail_bytes = 10;  // of a JT600 record, behind its place

std::optional<long> decimal(ByteView packed) {
    long value = 0;
    for (const std::byte b : packed) {
        const auto two = bcd_number(b);
        if (!two) return std::nullopt;
        value = value * 100 + *two;
    }
    return value;
}

// ddmm.mmmm without its point, as degrees.
std::optional<double> degrees(std::optional<long> ddmm, double limit) {
    if (!ddmm) return std::nullopt;
    const long minutes = *ddmm % units_per_whole_degree;
    const long whole_degrees = *ddmm / units_per_whole_degree;
    const double value =
        static_cast<double>(whole_degrees) + static_cast<double>(minutes) / units_per_degree;
    if (static_cast<double>(minutes) >= units_per_degree || value > limit) return std::nullopt;
    return value;
}

// ddmmyyhhmmss. Nullopt inside when it is all zeros, `bad_value` when there is no such moment.
Result<std::optional<Instant>, Fault> read_time(ByteView six, std::chrono::minutes zone) {
    if (std::ranges::all_of(six, [](std::byte b) { return b == std::byte{0}; }))
        return std::optional<Instant>{};
    const std::array year_first{six[2], six[1], six[0], six[3], six[4], six[5]};
    const auto at = bcd_time(year_first, zone);
    if (!at) return fail(Fault::bad_value);
    return at;
}

// What follows in a JT701 report; cells, fence and wake source stay in `body`.
void read_lock_state(Reader& in, LockReport& report) {
    report.odometer = Metres{in.u32() * 1000.0};
    report.satellites = in.u8();
    in.take(4);  // bound vehicle
    report.status = in.u16();
    report.battery = in.u8();
    if (has(*report.status, Status::cell_tower)) report.source = FixSource::cell_tower;
}

// The ten bytes behind a JT600 position, by the type of the device; other types stay in `body`.
void read_old_tail(Reader& in, std::uint8_t type, LockReport& report) {
    constexpr std::uint8_t with_cell = 1, with_fuel = 2, with_three_fuels = 3;
    constexpr std::uint32_t twenty_bits = 0xFFFFF;
    Reader r{in.take(old_tail_bytes)};
    if (type == with_cell) {
        report.satellites = r.u8();
        r.take(2);  // voltage, flags
        report.altitude_m = r.i16();
    }
    if (type == with_fuel) {
        r.take(5);  // fuel, status
        report.odometer = Metres{r.u32() * 1000.0};
    }
    if (type == with_three_fuels) {  // 3 x 12 bits of fuel, then 20 of distance
        r.take(3);
        report.odometer = Metres{(r.u32() & twenty_bits) * 1000.0};
    }
}

std::uint8_t whole(double value, double limit) {
    return static_cast<std::uint8_t>(std::clamp(std::round(value), 0.0, limit));
}

// Degrees as ddmm.mmmm in `digits` decimal digits.
std::string angle_digits(double degrees, std::size_t digits) {
    const long units = std::lround(std::abs(degrees) * units_per_degree);
    const long whole_degrees = units / static_cast<long>(units_per_degree);
    const long minutes = units % static_cast<long>(units_per_degree);
    const std::string text = std::to_string(whole_degrees * units_per_whole_degree + minutes);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
}

void write_place(Writer& out, const LockReport& report, std::chrono::minutes zone) {
    Bytes time(6);
    if (report.at) time = to_bcd_time(*report.at, zone);
    std::swap(time[0], time[2]);
    out.put(time);
    const auto flags =
        static_cast<std::uint8_t>(flag_always | (report.where.lat >= 0 ? flag_north : 0) |
                                  (report.where.lon >= 0 ? flag_east : 0) |
                                  (report.source == FixSource::satellite ? flag_fix : 0));
    const std::string lon = angle_digits(report.where.lon, 9);
    out.put(bcd_bytes(angle_digits(report.where.lat, 8), 4).value_or(Bytes(4)));
    out.put(bcd_bytes(lon.substr(0, 8), 4).value_or(Bytes(4)));
    out.u8(static_cast<std::uint8_t>((lon[8] - '0') << 4 | flags));
    out.u8(whole(report.speed.value / from_knots(1).value, 255));
    out.u8(whole(std::fmod(report.heading.value, 360.0) / 2, 179));
}

void write_lock_state(Writer& out, const LockReport& report) {
    const double km = report.odometer.value_or(Metres{}).value / 1000;
    out.u32(static_cast<std::uint32_t>(std::round(km)));
    out.u8(report.satellites.value_or(0));
    out.u32(0);  // bound vehicle
    out.u16(report.status.value_or(0));
    out.u8(report.battery.value_or(0));
    out.u32(0).u8(20);  // cell low, LAC, GSM
}

}  // namespace

Result<LockReport, Fault> read_place(Reader& in, std::chrono::minutes zone) {
    LockReport report;
    const ByteView time = in.take(6);
    const ByteView lat_digits = in.take(4);
    const ByteView lon_digits = in.take(4);
    const std::uint8_t last = in.u8();  // ninth digit of the longitude, then the flags
    report.speed = from_knots(in.u8());
    report.heading = {std::fmod(in.u8() * 2.0, 360.0)};
    if (!in.ok()) return fail(Fault::truncated);
    auto at = read_time(time, zone);
    if (!at) return fail(at.error());
    report.at = *at;

    const auto eight = decimal(lon_digits);
    const bool ninth_ok = last >> 4U < 10;
    const auto nine = eight && ninth_ok ? std::optional{*eight * 10 + (last >> 4U)} : std::nullopt;
    const auto lat = degrees(decimal(lat_digits), 90);
    const auto lon = degrees(nine, 180);
    const bool fixed = (last & flag_fix) != 0;
    if (fixed && !(lat && lon)) return fail(Fault::bad_value);
    if (lat && lon) {
        report.where = {.lat = (last & flag_north) != 0 ? *lat : -*lat,
                        .lon = (last & flag_east) != 0 ? *lon : -*lon};
    }
    report.source = fixed ? FixSource::satellite : FixSource::none;
    return report;
}

Result<std::vector<LockReport>, Fault> read_reports(const Piece& piece, std::chrono::minutes zone) {
    const ByteView frame = piece.bytes;
    if (frame.size() <= binary_head_bytes) return fail(Fault::truncated);
    const bool long_form = is_long_form(frame);
    const auto type = std::to_integer<std::uint8_t>(frame[long_form ? 7 : 6]);
    const std::size_t head = long_form ? binary_head_bytes : binary_head_bytes - 1;
    Reader records{frame.subspan(head, frame.size() - head - 1)};
    std::vector<LockReport> reports;
    while (records.remaining() > 0) {
        const ByteView body = records.take(long_form ? records.remaining() : old_record_bytes);
        Reader in{body};
        auto report = read_place(in, zone);
        if (!report) return fail(report.error());
        if (long_form) read_lock_state(in, *report);
        if (!long_form) read_old_tail(in, type >> 4U, *report);
        if (!in.ok() || !records.ok()) return fail(Fault::truncated);
        report->lock = to_hex(frame.subspan(1, 5));
        report->protocol = long_form ? std::to_integer<std::uint8_t>(frame[6]) : std::uint8_t{0};
        report->device_type = type >> 4U;
        report->data_type = type & 15U;
        report->serial = std::to_integer<std::uint8_t>(frame.back());
        report->body.assign(body.begin(), body.end());
        reports.push_back(std::move(*report));
    }
    return reports;
}

Bytes write_report(const LockReport& report, std::chrono::minutes zone) {
    Writer rest;
    write_place(rest, report, zone);
    write_lock_state(rest, report);
    if (report.protocol != jt701_old_protocol) {
        rest.u8(0).u8(1).u8(0x0F);            // fence, woken by its timer, no MNC high byte
        rest.padded({}, 9, std::byte{0x0F});  // reserved, IMEI
        rest.u16(0).u16(460).u8(0);           // cell high, China, MNC low
    }
    rest.u8(report.serial);
    Writer out;
    out.u8('$').put(bcd_bytes(report.lock, 5).value_or(Bytes(5))).u8(report.protocol);
    out.u8(
        static_cast<std::uint8_t>(unsigned{report.device_type} << 4U | (report.data_type & 15U)));
    out.u16(static_cast<std::uint16_t>(rest.size()));
    return out.put(rest.view()).finish();
}

std::string acknowledgement(const Piece& piece) {
    const ByteView frame = piece.bytes;
    if (frame.size() < binary_head_bytes + min_report_bytes || !is_long_form(frame)) return {};
    if (std::to_integer<std::uint8_t>(frame[6]) >= jt701d_protocol)
        return "(P69,0," + std::to_string(std::to_integer<unsigned>(frame.back())) + ")";
    Reader status{frame.subspan(status_offset, 2)};
    return has(status.u16(), Status::wants_answer) ? "(P35)" : "";
}

}  // namespace liuhen::telematics::elock
