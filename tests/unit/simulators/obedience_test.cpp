#include "simulators/obedience.hpp"

#include "simulators/terminal.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::simulators;
using namespace liuhen::telematics::jtt808;
using namespace std::chrono_literals;
using liuhen::telematics::Bytes;

namespace {

const Instant start = *parse_iso("2026-03-01T14:00:00Z");

Obedience made(Layout layout = Layout::v2013) { return Obedience{layout, "0000001"}; }

std::vector<Message> messages_in(const Bytes& bytes) {
    FrameScanner scanner;
    scanner.feed(bytes);
    std::vector<Message> all;
    while (const auto frame = scanner.next()) {
        REQUIRE(*frame);
        if ((*frame)->head.part) continue;
        const auto message = decode((*frame)->head.id, (*frame)->head.edition, (*frame)->body());
        REQUIRE(message);
        all.push_back(*message);
    }
    return all;
}

}  // namespace

TEST_CASE("a text is kept and acknowledged under the order's serial") {
    Obedience device = made();
    const auto answers = device.hear(TextToDriver{.flags = 4, .text = "去地磅"}, 77);
    REQUIRE(answers.size() == 1);
    CHECK(std::get<TerminalReply>(answers[0]) == TerminalReply{77, 0x8300, Outcome::done});
    CHECK(device.texts() == std::vector<std::string>{"去地磅"});
}

TEST_CASE("parameters that were set are told when they are asked for") {
    Obedience device = made();
    const Bytes ten{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{10}};
    device.hear(SetParameters{.parameters = {{0x0029, ten}}}, 1);
    const auto answers = device.hear(QueryParameters{.ids = {0x0029, 0x9999}}, 2);
    REQUIRE(answers.size() == 1);
    const auto& told = std::get<ParametersReply>(answers[0]);
    CHECK(told.serial == 2);
    CHECK(told.parameters == std::vector<Parameter>{{0x0029, ten}});
}

TEST_CASE("doors are opened and locked in the sense of each edition") {
    for (const Edition edition : {Edition::v2013, Edition::v2019}) {
        Obedience device = made(layout_for(edition));
        for (const Doors wanted : {Doors::open, Doors::locked}) {
            const auto answers = device.hear(door_command(edition, wanted), 5);
            REQUIRE(answers.size() == 2);
            CHECK(device.doors() == wanted);
            const auto& outcome = std::get<VehicleControlReply>(answers[1]);
            CHECK(outcome.serial == 5);
            CHECK(((outcome.position.status >> 12U & 1U) == 1) == (wanted == Doors::locked));
        }
    }
}

TEST_CASE("a terminal that refuses, knows nothing or is silent says just that") {
    Obedience device = made();
    device.set_temper(Temper::refuses);
    CHECK(device.hear(LinkCheck{}, 1) ==
          std::vector<Message>{TerminalReply{1, LinkCheck::id, Outcome::failed}});
    device.set_temper(Temper::knows_none);
    CHECK(device.hear(LinkCheck{}, 2) ==
          std::vector<Message>{TerminalReply{2, LinkCheck::id, Outcome::unsupported}});
    device.set_temper(Temper::silent);
    CHECK(device.hear(LinkCheck{}, 3).empty());
    CHECK(device.obeyed().empty());
}

TEST_CASE("an HHD lock obeys its setting, and seals only when its rod is in") {
    Obedience device{Layout::v2013, "0000001", telematics::OrderForm::hhd};
    const auto answer = [&](std::string_view setting) {
        const auto answers = device.hear(Unknown{0x0310, *telematics::from_hex(setting)}, 9);
        REQUIRE(answers.size() == 1);
        return std::get<TerminalReply>(answers[0]).outcome;
    };
    CHECK(answer("0124060077616e6731") == Outcome::done);
    CHECK(device.latch().motor() == Motor::releases);
    CHECK(device.latch().word() == "wang1");
    CHECK(answer("0124060177616e6731") == Outcome::done);
    CHECK(device.latch().motor() == Motor::holds);
    device.latch().follow(LockState::open);
    CHECK(answer("0124060177616e6731") == Outcome::failed);
    CHECK(answer("01060100") == Outcome::unsupported);
}

TEST_CASE("a terminal that has no such lock answers its setting as unsupported") {
    Obedience device = made();
    const Message order = Unknown{0x0310, *telematics::from_hex("01240100")};
    CHECK(device.hear(order, 9) ==
          std::vector<Message>{TerminalReply{9, 0x0310, Outcome::unsupported}});
    CHECK(device.latch().motor() == Motor::holds);
    CHECK(device.hear("(P43,888888").empty());
}

TEST_CASE("sentences are parted from the frames however the stream was cut") {
    const Bytes frame = seal_message(*header_for("13905780101", Edition::v2013),
                                     TextToDriver{.flags = 4, .text = "(no sentence)"});
    Bytes stream = frame;
    for (const char c : std::string_view{"(P43,888888)"}) stream.push_back(std::byte(c));
    stream.insert(stream.end(), frame.begin(), frame.end());
    for (const std::size_t each : {std::size_t{1}, std::size_t{7}, stream.size()}) {
        Parting parting;
        Parted all;
        for (std::size_t from = 0; from < stream.size(); from += each) {
            const auto slice =
                telematics::ByteView{stream}.subspan(from, std::min(each, stream.size() - from));
            const Parted one = parting.feed(slice);
            all.frames.insert(all.frames.end(), one.frames.begin(), one.frames.end());
            all.sentences.insert(all.sentences.end(), one.sentences.begin(), one.sentences.end());
        }
        CHECK(all.sentences == std::vector<std::string>{"(P43,888888"});
        CHECK(all.frames.size() == 2 * frame.size());
        CHECK(messages_in(all.frames).size() == 2);
    }
}

TEST_CASE("a photo leaves in parts, and those that were lost once more when they are asked for") {
    Terminal terminal{"13905780101", "2013", "浙KD0101", {}, 10s, Chance{1}};
    terminal.record({.at = start,
                     .where = {28.1, 119.6},
                     .speed = {},
                     .heading = {},
                     .satellites = 9,
                     .odometer = {}});
    terminal.lose_parts({2, 5});
    const Header head = *header_for("13905780101", Edition::v2013);
    terminal.hear(seal_message(head, Shoot{.channel = 1, .command = 1}));
    Reassembly parts;
    std::optional<Whole> whole;
    const auto take = [&](const Bytes& bytes) {
        FrameScanner scanner;
        scanner.feed(bytes);
        while (const auto frame = scanner.next()) {
            REQUIRE(*frame);
            if (!(*frame)->head.part) continue;
            const auto added = parts.add(**frame, start);
            REQUIRE(added);
            if (*added) whole = **added;
        }
    };
    const Bytes sent = terminal.due(start, Monotonic{});
    const auto beside = messages_in(sent);
    REQUIRE(beside.size() == 2);
    CHECK(std::get<ShotReply>(beside[1]).media == std::vector<std::uint32_t>{1});
    take(sent);
    CHECK_FALSE(whole);
    terminal.hear(seal_message(head, MediaReply{.media = 1, .missing = MissingPackets{{2, 5}}}));
    take(terminal.due(start, Monotonic{}));
    REQUIRE(whole);
    const auto media = decode(Media::id, Edition::v2013, whole->message.body());
    REQUIRE(media);
    CHECK(std::get<Media>(*media).data == picture(1, std::get<Media>(*media).data.size()));
    CHECK(terminal.camera().waiting() == 1);
    terminal.hear(seal_message(head, MediaReply{.media = 1, .missing = {}}));
    CHECK(terminal.camera().waiting() == 0);
}
