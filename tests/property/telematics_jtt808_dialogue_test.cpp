// A conversation comes to the same however its bytes are cut and its parts ordered, and every order
// ends once whatever comes between.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

const Instant noon = *parse_iso("2026-11-21T04:00:00Z");

std::optional<Enrolled> everyone(std::string_view number) {
    return Enrolled{TerminalId{std::string{number}}, "", "code",
                    Profile{.speaks_before_authentication = true}};
}

Header head_of(std::uint16_t id, std::uint16_t serial) {
    Header head = *header_for("13912344323", Edition::v2013);
    head.id = id;
    head.serial = serial;
    return head;
}
Bytes say(std::uint16_t serial, const Message& message) {
    return seal_message(head_of(id_of(message), serial), message);
}

Media some_photo(std::size_t bytes) {
    Media photo{.head = {.media = 17, .channel = 1}, .data = Bytes(bytes)};
    for (std::size_t i = 0; i < bytes; ++i) photo.data[i] = static_cast<std::byte>(i * 37 % 251);
    return photo;
}

// The frames of one message, in order.
std::vector<Bytes> parts_of(const Bytes& wire) {
    std::vector<Bytes> parts;
    for (auto at = wire.begin(); at != wire.end();) {
        const auto end = std::find(at + 1, wire.end(), delimiter) + 1;
        parts.emplace_back(at, end);
        at = end;
    }
    return parts;
}

Turn hear_cut(Dialogue& dialogue, ByteView stream) {
    Turn turn;
    while (!stream.empty()) {
        const auto most = static_cast<int>(std::min<std::size_t>(stream.size(), 700));
        const auto size = static_cast<std::size_t>(*rc::gen::inRange(1, most + 1));
        turn.add(dialogue.hear(stream.first(size), noon));
        stream = stream.subspan(size);
    }
    return turn;
}

std::vector<std::size_t> some_order(std::size_t count) {
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = i;
    for (std::size_t i = count; i > 1; --i) {
        std::swap(order[i - 1],
                  order[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(i)))]);
    }
    return order;
}

}  // namespace

TEST_CASE("a photo is the same in every order of its parts and every cut of the stream") {
    const bool holds = rc::check("one medium, every part acknowledged once", [] {
        const auto size = static_cast<std::size_t>(*rc::gen::inRange(1, 6000));
        const auto serial = *rc::gen::arbitrary<std::uint16_t>();
        const Media photo = some_photo(size);
        const auto parts = parts_of(say(serial, photo));
        Bytes stream;
        for (const std::size_t index : some_order(parts.size())) {
            stream.insert(stream.end(), parts[index].begin(), parts[index].end());
        }
        Dialogue dialogue{everyone};
        const Turn turn = hear_cut(dialogue, stream);
        RC_ASSERT(turn.media.size() == 1U);
        RC_ASSERT(turn.media[0].data == photo.data);
        RC_ASSERT(turn.frames.size() == parts.size());
        RC_ASSERT(turn.refused.empty());
        std::map<std::uint16_t, int> acknowledged;
        int taken = 0;
        FrameScanner replies;
        replies.feed(turn.reply);
        while (const auto piece = replies.next()) {
            const Frame& frame = **piece;
            const auto message = *decode(frame.head.id, frame.head.edition, frame.body());
            if (const auto* const ack = std::get_if<PlatformReply>(&message)) {
                ++acknowledged[ack->serial];
            }
            if (std::holds_alternative<MediaReply>(message)) ++taken;
        }
        RC_ASSERT(taken == 1);
        const std::size_t acks = parts.size() == 1 ? 0 : parts.size();
        RC_ASSERT(acknowledged.size() == acks);
        for (const auto& [number, times] : acknowledged) {
            RC_ASSERT(static_cast<std::uint16_t>(number - serial) < acks);
            RC_ASSERT(times == 1);
        }
    });
    CHECK(holds);
}

TEST_CASE("whatever parts come, no more than the limit is held and nothing is forgotten late") {
    const bool holds = rc::check("bytes, messages and seconds stay within the limits", [] {
        Reassembly parts;
        Uptime now{0};
        for (int n = 0; n < 60; ++n) {
            const auto total = *rc::gen::inRange(1, 5000);
            Header head = head_of(0x0900, *rc::gen::arbitrary<std::uint16_t>());
            head.part = Part{static_cast<std::uint16_t>(total),
                             static_cast<std::uint16_t>(*rc::gen::inRange(0, total + 2))};
            const Bytes wire = seal(head, Bytes(1000));
            FrameScanner scanner;
            scanner.feed(wire);
            const auto frame = scanner.next();
            const auto added = parts.add(**frame, noon);
            if (total > Reassembly::max_parts) RC_ASSERT(!added);
            RC_ASSERT(parts.bytes_held() <= Reassembly::max_bytes);
            now += std::chrono::seconds{*rc::gen::inRange(0, 3)};
            for (const Missing& missing : parts.tick(now).missing) {
                RC_ASSERT(missing.indexes.size() <= Reassembly::most_asked);
                RC_ASSERT(!missing.indexes.empty());
            }
        }
        parts.tick(now + Reassembly::patience);
        RC_ASSERT(parts.bytes_held() == 0U);
        RC_ASSERT(!parts.due());
    });
    CHECK(holds);
}

namespace {

// Orders of several kinds, and everything a terminal may say to them, in any order.
Message some_command() {
    switch (*rc::gen::inRange(0, 6)) {
        case 0:
            return TextToDriver{.text = "x"};
        case 1:
            return LocateNow{};
        case 2:
            return Shoot{.channel = 1, .command = 1};
        case 3:
            return door_command(Edition::v2013, Doors::open);
        case 4:
            return QueryAttributes{};
        default:
            return PassedDown{.content = Bytes(2100)};
    }
}
Message some_answer(std::uint16_t command, std::uint16_t serial) {
    switch (*rc::gen::inRange(0, 6)) {
        case 0:
            return PositionReply{.serial = serial};
        case 1:
            return ShotReply{.serial = serial,
                             .result = static_cast<std::uint8_t>(*rc::gen::inRange(0, 4))};
        case 2:
            return VehicleControlReply{.serial = serial};
        case 3:
            return TerminalAttributes{};
        case 4:
            return Media{.head = {.media = 1, .channel = 1}, .data = Bytes(3)};
        default:
            return TerminalReply{.serial = serial,
                                 .message = command,
                                 .outcome = static_cast<Outcome>(*rc::gen::inRange(0, 4))};
    }
}

// What became of each order, in the order in which it was told.
struct Ledger {
    std::map<std::string, std::vector<OrderState>> states;

    void take(const Turn& turn) {
        for (const OrderAnswer& answer : turn.answers) {
            RC_ASSERT(states.contains(answer.order));
            states[answer.order].push_back(answer.state);
        }
    }
    void check_ended_once() const {
        for (const auto& [order, said] : states) {
            RC_ASSERT(!said.empty());
            RC_ASSERT(said.size() <= 2U);
            if (said.size() == 2) RC_ASSERT(said.front() == OrderState::acknowledged);
            RC_ASSERT(said.back() != OrderState::acknowledged);
        }
    }
};

}  // namespace

TEST_CASE("an order ends exactly once, whatever comes between") {
    const bool holds = rc::check("at most acknowledged, then one end", [] {
        Dialogue dialogue{everyone};
        std::uint16_t serial = *rc::gen::arbitrary<std::uint16_t>();
        dialogue.hear(say(serial++, Heartbeat{}), noon);
        Ledger ledger;
        std::vector<Header> told;
        Uptime now{0};
        for (int n = 0; n < 40; ++n) {
            if (*rc::gen::inRange(0, 3) == 0) {
                const std::string id = "o" + std::to_string(n);
                const auto said = dialogue.tell({.id = id, .command = some_command()}, now);
                if (!said) continue;
                ledger.states[id];
                FrameScanner scanner;
                scanner.feed(*said);
                while (const auto piece = scanner.next()) told.push_back((*piece)->head);
            } else if (!told.empty() && *rc::gen::inRange(0, 4) != 0) {
                const Header& head = *rc::gen::elementOf(told);
                ledger.take(dialogue.hear(say(serial++, some_answer(head.id, head.serial)), noon));
            } else {
                now += std::chrono::seconds{*rc::gen::inRange(0, 40)};
                ledger.take(dialogue.tick(now));
            }
        }
        while (const auto due = dialogue.due()) {
            now = std::max(now, *due);
            ledger.take(dialogue.tick(now));
        }
        ledger.check_ended_once();
    });
    CHECK(holds);
}
