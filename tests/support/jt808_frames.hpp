// Frames of a terminal of the 2011/2013 edition, sealed by the product's own writer.
#pragma once

#include "base/time.hpp"
#include "telematics/jtt808/frame.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace liuhen::test {

inline telematics::Bytes sealed(std::string_view number, std::uint16_t id, std::uint16_t serial,
                                const telematics::Bytes& body) {
    auto head = *telematics::jtt808::header_for(number, telematics::jtt808::Edition::v2013);
    head.id = id;
    head.serial = serial;
    return telematics::jtt808::seal(head, body);
}

/// 0x0102 with the code as the whole body.
inline telematics::Bytes log_in(std::string_view number, std::string_view code,
                                std::uint16_t serial = 1) {
    telematics::Bytes body;
    for (const char c : code) body.push_back(static_cast<std::byte>(c));
    return sealed(number, 0x0102, serial, body);
}

/// The basic part of a position at 28.1 N 119.6 E, valid fix, 60 km/h east; `at` is written in
/// China's time.
inline telematics::Bytes basic_position(Instant at) {
    telematics::Bytes body;
    const auto put = [&body](std::uint32_t value, int bytes) {
        for (int i = bytes - 1; i >= 0; --i) {
            body.push_back(static_cast<std::byte>(value >> (8 * i)));
        }
    };
    put(0, 4);
    put(3, 4);
    put(28'100'000, 4);
    put(119'600'000, 4);
    put(50, 2);
    put(600, 2);
    put(90, 2);
    const auto local = to_iso(at + china_standard_time);  // 2026-03-01T22:00:05Z
    for (const std::size_t digit : {2U, 5U, 8U, 11U, 14U, 17U}) {
        const auto tens = static_cast<unsigned>(local[digit] - '0');
        const auto ones = static_cast<unsigned>(local[digit + 1] - '0');
        put(tens * 16 + ones, 1);
    }
    return body;
}

/// 0x0200 without items.
inline telematics::Bytes position(std::string_view number, Instant at, std::uint16_t serial) {
    return sealed(number, 0x0200, serial, basic_position(at));
}

/// 0x0801 in as many parts as it takes: a JPEG of channel 1, made when a door was opened.
inline std::vector<telematics::Bytes> picture(std::string_view number, Instant at,
                                              std::uint16_t first_serial,
                                              const telematics::Bytes& jpeg) {
    telematics::Bytes body;
    for (const int byte : {0, 0, 0, 9, 0, 0, 4, 1}) body.push_back(static_cast<std::byte>(byte));
    const auto place = basic_position(at);
    body.insert(body.end(), place.begin(), place.end());
    body.insert(body.end(), jpeg.begin(), jpeg.end());
    constexpr std::size_t part_bytes = 1'000;
    const auto total = static_cast<std::uint16_t>((body.size() + part_bytes - 1) / part_bytes);
    std::vector<telematics::Bytes> frames;
    for (std::uint16_t index = 1; index <= total; ++index) {
        const auto from = (index - 1U) * part_bytes;
        const auto count = std::min(part_bytes, body.size() - from);
        auto head = *telematics::jtt808::header_for(number, telematics::jtt808::Edition::v2013);
        head.id = 0x0801;
        head.serial = static_cast<std::uint16_t>(first_serial + index - 1);
        head.part = telematics::jtt808::Part{total, index};
        frames.push_back(
            telematics::jtt808::seal(head, telematics::ByteView{body}.subspan(from, count)));
    }
    return frames;
}

}  // namespace liuhen::test
