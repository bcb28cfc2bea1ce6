// A terminal and the platform's end of its conversation, for the tests of the dialogue.
#pragma once

#include "base/hash.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

namespace liuhen::test {

using namespace telematics;
using namespace telematics::jtt808;

inline const Instant noon = *parse_iso("2026-11-21T04:00:00Z");
inline const std::string number = "13912344323";

inline Enrolment only(Profile profile) {
    return [profile](std::string_view asked) -> std::optional<Enrolled> {
        if (asked != number && asked != "13900000002") return std::nullopt;
        return Enrolled{TerminalId{std::string{asked}}, "浙K12345", "liuhen01", profile};
    };
}

// A terminal and the platform's end of its conversation.
struct Call {
    Dialogue dialogue;
    Edition edition = Edition::v2013;
    std::string phone = number;
    std::uint16_t serial = 0;

    explicit Call(Profile profile = {}) : dialogue(only(std::move(profile))) {}
    explicit Call(Enrolment enrolment) : dialogue(std::move(enrolment)) {}
    explicit Call(Dialogue given) : dialogue(std::move(given)) {}

    Bytes wire(const Message& message) {
        Header head = *header_for(phone, edition);
        head.serial = serial;
        serial =
            static_cast<std::uint16_t>(serial + frames_needed(encode(message, edition).size()));
        return seal_message(head, message);
    }
    Turn say(const Message& message) { return dialogue.hear(wire(message), noon); }
    Result<Bytes, Untold> tell(const std::string& order, const Message& message, Uptime now = {}) {
        return dialogue.tell({.id = order, .command = message}, now);
    }
    Call& authenticated() {
        REQUIRE(say(Authenticate{.code = "liuhen01", .imei = {}, .software = {}}).refused.empty());
        REQUIRE(dialogue.speaker());
        return *this;
    }
};

// Every frame in these bytes.
inline std::vector<Frame> frames_in(ByteView wire) {
    FrameScanner scanner;
    scanner.feed(wire);
    std::vector<Frame> all;
    while (const auto piece = scanner.next()) {
        REQUIRE(*piece);
        all.push_back(**piece);
    }
    return all;
}

// Everything in a reply, read back.
struct Reply {
    Header head;
    Message message;
};
inline std::vector<Reply> answers(const Turn& turn) {
    std::vector<Reply> all;
    for (const Frame& frame : frames_in(turn.reply)) {
        all.push_back({frame.head, *decode(frame.head.id, frame.head.edition, frame.body())});
    }
    return all;
}
inline Message only_answer(const Turn& turn) {
    const auto all = answers(turn);
    REQUIRE(all.size() == 1);
    return all.front().message;
}
inline PlatformReply ack(std::uint16_t serial, std::uint16_t message,
                         Outcome outcome = Outcome::done) {
    return {.serial = serial, .message = message, .outcome = outcome};
}
inline std::vector<Fault> faults(const Turn& turn) {
    std::vector<Fault> kinds;
    for (const Refused& refused : turn.refused) kinds.push_back(refused.fault);
    return kinds;
}
using Faults = std::vector<Fault>;

inline Position position(std::string_view time = "261121115958") {
    Position p;
    p.status = status_bit::ignition | status_bit::fix;
    p.latitude = 28'100'000;
    p.longitude = 119'600'000;
    p.speed = 456;
    p.direction = 90;
    std::ranges::copy(*from_hex(time), p.time.begin());
    return p;
}
inline Bytes body_of(const Position& p) { return encode(p, Edition::v2013); }
inline Batch batch_of(std::vector<Bytes> bodies, std::uint8_t kind = Batch::blind_area) {
    return {.kind = kind,
            .announced = static_cast<std::uint16_t>(bodies.size()),
            .bodies = std::move(bodies),
            .tail = {}};
}
inline Register registration(std::string plate, std::uint8_t colour = 2) {
    return {.layout = RegisterLayout::v2013,
            .province = 33,
            .city = 1100,
            .maker = "70111",
            .model = "M-01",
            .terminal = "0000001",
            .plate_colour = colour,
            .plate = std::move(plate)};
}

}  // namespace liuhen::test
