// Inputs to begin from: the frames that the project worked out itself, brought into the form that
// each parser takes.
#include "telematics/elock/frame.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/frame.hpp"
#include "telematics/profile.hpp"
#include "telematics/text.hpp"
#include "tests/fuzz/parsers.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>

namespace liuhen::test {
namespace {

using namespace telematics;
using namespace telematics::jtt808;

// The value of every `"hex":"…"` in the worked frames.
std::vector<Bytes> worked_frames() {
    std::vector<Bytes> frames;
    for (const char* const name : {"jtt808_own.jsonl", "items_own.jsonl"}) {
        std::ifstream file(std::string{LIUHEN_SOURCE_DIR "/tests/vectors/"} + name);
        constexpr std::string_view key = "\"hex\":\"";
        for (std::string line; std::getline(file, line);) {
            const auto begin = line.find(key);
            if (begin == std::string::npos) continue;
            const auto from = begin + key.size();
            auto bytes = from_hex(line.substr(from, line.find('"', from) - from));
            if (bytes) frames.push_back(std::move(*bytes));
        }
    }
    return frames;
}

std::vector<Frame> parsed_frames() {
    std::vector<Frame> frames;
    for (const Bytes& wire : worked_frames()) {
        const auto plain = unescape(ByteView{wire}.subspan(1, wire.size() - 2));
        auto frame = plain ? parse_frame(*plain) : fail(Fault::bad_escape);
        if (frame) frames.push_back(std::move(*frame));
    }
    return frames;
}

Seed with_front(std::initializer_list<std::uint8_t> front, ByteView rest) {
    Writer w;
    for (const std::uint8_t byte : front) w.u8(byte);
    return w.put(rest).finish();
}

// One frame of a lock, and texts of each kind; docs/wire-elock.md explains them.
constexpr std::string_view lock_frame =
    "24008000123419110034211126140005 28060000119360000f1298 0000002d0600000000 20e028"
    "00000000140001 0f0f0f0f0f0f0f0f0f0f 000001cc0056";
constexpr std::array<std::string_view, 6> lock_texts{
    "(0080001234,P45,211126,140105,28.10000,N,119.60000,E,A,36,270,1,98,0008627839,0,0,24,45)",
    "(0080001234,P22,2)",
    "(0080001234,P52,2,123456)",
    "(0080001234,U01,211126,140005,T,28.100000,N,119.600000,E,36.0,270,50%,0,0,0)",
    "(0080001234,1,001,BASE,2,TIME)",
    "(0080001234,1,110,WLNET,5,2,\x21\x11\x26)"};
constexpr std::array<std::string_view, 2> seal_texts{
    "##S,eSeal,1000700,256,3.0.8,Normal,34,2026-11-21,14:00:05,15,A,28.100000N 119.600000E,304,33,"
    "Close,0.71,0:0:3:0,3.8,-73,E##",
    "##S,eSeal,1000700,256,3.0.8,RC-Unlock ACK,35,E##"};
constexpr std::string_view jointech_report =
    "5501802e0080006200110221112614000528060000119360000f12980c12000000325a0000000000"
    "0003002000080b0600000083a5bf0201ff70";

}  // namespace

Seeds frame_seeds() {
    Seeds seeds;
    Writer all;
    for (const Bytes& wire : worked_frames()) {
        seeds.push_back(with_front({200}, wire));
        if (all.size() < 1000) all.put(wire);
    }
    all.put(bytes_of(lock_texts[4]));
    seeds.push_back(with_front({16}, all.view()));
    const auto models = static_cast<std::uint8_t>(known_profiles().size());
    for (std::uint8_t model = 0; model < models; ++model)
        seeds.push_back(with_front({model}, all.view()));
    for (Frame frame : parsed_frames()) {
        frame.head.wrapping = Wrapping::e7;
        if (!frame.head.part) seeds.push_back(with_front({30}, seal(frame.head, frame.body())));
    }
    return seeds;
}

// Two messages of three parts whose parts come in turns, one of them twice.
Seeds part_seeds() {
    Writer w;
    constexpr std::array<std::uint8_t, 4> indexes{1, 1, 3, 2};
    constexpr std::array<std::uint8_t, 2> ids{8, 9};
    for (const std::uint8_t index : indexes) {
        for (const std::uint8_t id : ids)
            w.u16(id).u16(index).u16(3).u16(index).u8(1).u16(4).u32(index);
    }
    return {w.finish()};
}

Seeds body_seeds() {
    Seeds seeds;
    for (const Frame& frame : parsed_frames()) {
        const CatalogueRow* const row = find_row(frame.head.id);
        if (row == nullptr) continue;
        const auto number = static_cast<std::uint8_t>(row - catalogue().data());
        const std::uint8_t edition = frame.head.edition == Edition::v2019 ? 1 : 0;
        seeds.push_back(with_front({number, edition}, frame.body()));
    }
    return seeds;
}

Seeds position_seeds() {
    Seeds seeds;
    const auto models = static_cast<std::uint8_t>(known_profiles().size());
    for (const Frame& frame : parsed_frames()) {
        if (frame.head.id != Position::id) continue;
        for (std::uint8_t model = 0; model < models; ++model)
            seeds.push_back(with_front({model}, frame.body()));
    }
    return seeds;
}

Seeds lock_binary_seeds() {
    const Bytes frame = from_hex(lock_frame).value_or(Bytes{});
    return {with_front({}, ByteView{frame}.subspan(std::min<std::size_t>(1, frame.size())))};
}

Seeds lock_text_seeds() {
    Seeds seeds;
    for (const std::string_view text : lock_texts)
        seeds.push_back(with_front({}, bytes_of(text.substr(1, text.size() - 2))));
    return seeds;
}

Seeds seal_seeds() {
    constexpr std::size_t mark = 4, end = 3;
    Seeds seeds;
    for (const std::string_view text : seal_texts)
        seeds.push_back(with_front({}, bytes_of(text.substr(mark, text.size() - mark - end))));
    return seeds;
}

Seeds lock_stream_seeds() {
    Seeds seeds;
    Writer all;
    all.put(from_hex(lock_frame).value_or(Bytes{}));
    for (const std::string_view text : lock_texts) {
        seeds.push_back(with_front({20}, bytes_of(text)));
        all.put(bytes_of(text));
    }
    for (const std::string_view text : seal_texts) {
        seeds.push_back(with_front({9}, bytes_of(text)));
        all.put(bytes_of(text));
    }
    seeds.push_back(with_front({70}, all.view()));
    return seeds;
}

Seeds lock_report_seeds() { return {from_hex(jointech_report).value_or(Bytes{})}; }

Seeds text_seeds() {
    Seeds seeds{gbk_from_utf8("浙K12345"), gbk_from_utf8("鲁B·12345 车到厂门,请停"),
                *from_hex("261122083200")};
    seeds.push_back(with_front({}, bytes_of("浙K12345")));
    seeds.push_back(with_front({}, bytes_of("2026-11-21T22:00:05.250+08:00")));
    return seeds;
}

Seeds profile_seeds() {
    constexpr std::string_view rows =
#include "telematics/profiles.rows"
        ;
    Seeds seeds;
    std::size_t begin = rows.find("\nprofile ");
    while (begin != std::string_view::npos) {
        const std::size_t end = rows.find("\nprofile ", begin + 1);
        seeds.push_back(with_front({}, bytes_of(rows.substr(begin + 1, end - begin))));
        begin = end;
    }
    return seeds;
}

// Every frame for the standard's own model, and every piece of a lock in hex and as it is.
Seeds decode_seeds() {
    Seeds seeds;
    for (const Bytes& wire : worked_frames()) seeds.push_back(with_front({0}, wire));
    seeds.push_back(with_front({0}, from_hex(lock_frame).value_or(Bytes{})));
    for (const std::string_view text : lock_texts) {
        seeds.push_back(with_front({0}, bytes_of(text)));
        seeds.push_back(with_front({1}, bytes_of(text)));
    }
    for (const std::string_view text : seal_texts) seeds.push_back(with_front({1}, bytes_of(text)));
    return seeds;
}

// 192.0.2.1 and 2001:db8::1 behind the balancer, and the balancer itself.
Seeds proxy_seeds() {
    const std::string signature = "0d0a0d0a000d0a515549540a";
    const std::string six = "20010db8000000000000000000000001";
    return {*from_hex(signature + "2111000cc0000201c0000202c3501a90"),
            *from_hex(signature + "21210024" + six + six + "c3501a90"),
            *from_hex(signature + "20000000")};
}

}  // namespace liuhen::test
