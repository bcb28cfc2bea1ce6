// Passwords that a break tears apart, in a text or in an item, are stars in every piece.
#include "jtt808_call.hpp"

#include "telematics/elock/passwords.hpp"
#include "telematics/profile.hpp"

#include <algorithm>
#include <array>
#include <ranges>

using namespace liuhen;
using namespace liuhen::test;

namespace {

const std::string secret = "482913";
const std::string text = "(8000620012,P52,2," + secret + ")";
constexpr std::uint16_t first_serial = 700;

std::string string_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
Bytes bytes_in(std::string_view said) {
    const ByteView bytes = telematics::bytes_of(said);
    return {bytes.begin(), bytes.end()};
}
// Nothing has moved, and all is as it was but for stars, one at each place of the password.
bool hides(const std::string& kept, const std::string& said) {
    if (kept.size() != said.size()) return false;
    for (std::size_t i = 0; i < said.size(); ++i)
        if (kept[i] != said[i] && kept[i] != '*') return false;
    const std::size_t at = said.find(secret);
    const std::size_t fields = said.find("P52,") + 4;
    return kept.substr(at, secret.size()) == std::string(secret.size(), '*') &&
           kept.compare(0, fields, said, 0, fields) == 0 && kept.back() == said.back();
}
// One part of a body that is cut into two at `cut`, or three at `cut` and the byte behind it.
Bytes part(std::uint16_t id, ByteView body, std::vector<std::size_t> cuts, std::uint16_t index) {
    cuts.insert(cuts.begin(), 0);
    cuts.push_back(body.size());
    Header head = *header_for(number, Edition::v2013);
    head.id = id;
    head.part = Part{.total = static_cast<std::uint16_t>(cuts.size() - 1), .index = index};
    head.serial = static_cast<std::uint16_t>(first_serial + index - 1);
    return seal(head, body.subspan(cuts[index - 1U], cuts[index] - cuts[index - 1U]));
}
std::string body_in(const Bytes& kept) {
    const auto frame = parse_frame(kept, Checksum::required, Wrapping::standard);
    REQUIRE(frame);
    return string_of(frame->body());
}
// What is archived of the parts, in the order of the body, when they come in `order`.
std::string archived(Call& call, std::uint16_t id, const std::string& body,
                     const std::vector<std::size_t>& cuts,
                     const std::vector<std::uint16_t>& order) {
    std::map<std::uint16_t, std::string> kept;
    for (const std::uint16_t index : order) {
        const Turn turn =
            call.dialogue.hear(part(id, telematics::bytes_of(body), cuts, index), noon);
        REQUIRE(turn.frames.size() == 1);
        kept[index] = body_in(turn.frames[0]);
        for (const Refused& one : turn.refused)
            CHECK(string_of(one.bytes).find(secret) == std::string::npos);
    }
    std::string whole;
    for (const auto& [index, piece] : kept) whole += piece;
    return whole;
}
Call locked(std::string_view model) {
    Profile profile;
    profile.name = model;
    Call call{completed(profile)};
    call.authenticated();
    return call;
}
Bytes position_with(const std::string& items, std::string_view time = "261121115958") {
    Bytes body = body_of(position(time));
    const Bytes more = bytes_in(items);
    body.insert(body.end(), more.begin(), more.end());
    return body;
}

}  // namespace

TEST_CASE("a password torn by the parts of a message is a star in every part") {
    const std::string body = "\x41" + text;
    for (std::size_t cut = 1; cut + 1 < body.size(); ++cut) {
        CAPTURE(cut);
        Call call;
        call.authenticated();
        CHECK(hides(archived(call, 0x0900, body, {cut}, {1, 2}), body));
        CHECK(hides(archived(call, 0x6006, body, {cut, cut + 1}, {1, 2, 3}), body));
    }
}

TEST_CASE("parts that come out of order, or again, tell nothing of a torn password either") {
    const std::string body = "\x41" + text;
    const std::size_t at = body.find(secret);
    for (std::size_t cut = at + 1; cut < at + secret.size(); ++cut) {
        CAPTURE(cut);
        for (const std::vector<std::uint16_t>& order :
             {std::vector<std::uint16_t>{2, 1}, {1, 2, 2}, {1, 2, 2, 1}, {2, 2}}) {
            Call call;
            call.authenticated();
            const std::string kept = archived(call, 0x0900, body, {cut}, order);
            const std::string end = kept.substr(kept.size() - (body.size() - cut));
            CHECK(end.substr(0, end.find(')')) == std::string(end.find(')'), '*'));
            CHECK(kept.find(secret.substr(0, 3)) == std::string::npos);
        }
    }
}

TEST_CASE("a text that two messages pass on piece by piece keeps its password from the archive") {
    for (std::size_t cut = 1; cut + 1 < text.size(); ++cut) {
        CAPTURE(cut);
        Call call;
        call.authenticated();
        std::string archive;
        std::string documents;
        for (const std::string& piece : {text.substr(0, cut), text.substr(cut)}) {
            const Turn turn = call.say(Unknown{.id = 0x0900, .body = bytes_in("\x41" + piece)});
            REQUIRE(turn.frames.size() == 1);
            REQUIRE(turn.documents.size() == 1);
            const std::string kept = body_in(turn.frames[0]);
            CHECK(kept.front() == '\x41');
            archive += kept.substr(1);
            documents += string_of(turn.documents[0].body).substr(1);
        }
        CHECK(hides(archive, text));
        CHECK(hides(documents, text));
    }
}

TEST_CASE("a password torn by the end of a stray piece is a star behind it too") {
    for (std::size_t before = 225; before < 256; ++before) {  // a stray piece has 256 bytes
        elock::Dialogue dialogue{[](std::string_view) { return Enrolled{}; }};
        dialogue.hear(telematics::bytes_of("(8000620012,@JT)"), noon);
        const std::string stray = std::string(before, 'x') + "P52,2,1," + secret + "x)";
        Turn turn = dialogue.hear(telematics::bytes_of(stray), noon);
        turn.add(dialogue.hear(telematics::bytes_of("(8000620012,@JT)"), noon));
        std::string kept;
        for (const Refused& one : turn.refused) kept += string_of(one.bytes);
        CHECK(hides(kept, stray));
    }
}

TEST_CASE("a password torn by a delimiter of JT/T 808 is a star on both sides") {
    Call call;
    call.authenticated();
    Turn turn = call.dialogue.hear(telematics::bytes_of("x,P52,2,482\x7e"
                                                        "913)\x7ex,P52,2,4829\x7e"),
                                   noon);
    turn.add(call.dialogue.hear(telematics::bytes_of("13)\x7e"), noon));
    REQUIRE(turn.refused.size() == 4);
    for (const Refused& one : turn.refused) {
        INFO(string_of(one.bytes));
        for (const auto* digits : {"482", "913", "13)"})
            CHECK(string_of(one.bytes).find(digits) == std::string::npos);
    }
}

TEST_CASE("an entry of a batch that is put aside by itself has no password") {
    const std::string bad_time = "269921115958";
    const std::string whole = std::string{"\x68\x02\x01\x02\x67\x08", 6} + "00" + secret;
    const std::string cut = std::string{"\x67\x08", 2} + secret;
    const std::string strange = std::string{"\x67\x06", 2} + secret;
    const std::string said = std::string{"\x01\x19", 2} + text;
    for (const auto& [items, time] : {std::pair{whole, bad_time},
                                      {cut, bad_time},
                                      {cut, std::string{"261121115958"}},
                                      {strange, bad_time},
                                      {said, bad_time}}) {
        Call call = locked("lock-hhd");
        const Turn turn =
            call.say(batch_of({position_with("", "261121115957"), position_with(items, time)}));
        REQUIRE(turn.refused.size() == 1);
        REQUIRE(turn.frames.size() == 1);
        CHECK(string_of(turn.refused[0].bytes).find(secret) == std::string::npos);
        CHECK(string_of(turn.frames[0]).find(secret) == std::string::npos);
        CHECK(turn.refused[0].bytes.size() == position_with(items, time).size());
    }
}

TEST_CASE("the items kept beside a position have no password, torn off or in a text") {
    for (const std::string& items :
         {std::string{"\x67\x08", 2} + secret, std::string{"\x01\x19", 2} + text}) {
        Call call = locked("lock-hhd");
        const Turn turn = call.say(Unknown{.id = Position::id, .body = position_with(items)});
        REQUIRE_FALSE(turn.seen.empty());
        CHECK(turn.seen[0].raw.size() == items.size());
        CHECK(string_of(turn.seen[0].raw).find(secret) == std::string::npos);
    }
}

TEST_CASE("a password's item torn by the parts of a batch is overwritten in every part") {
    const std::string items = std::string{"\x68\x02\x01\x02\x67\x08", 6} + "00" + secret;
    const Bytes batch =
        encode(batch_of({position_with("", "261121115957"), position_with(items)}), Edition::v2013);
    const std::string body = string_of(batch);
    const std::size_t at = body.find(secret);
    for (std::size_t cut = at - 12; cut <= at + secret.size(); ++cut) {
        CAPTURE(cut);
        if (cut == body.size()) continue;
        Call call = locked("lock-hhd");
        std::string expected = body;
        expected.replace(at - 2, 8, 8, '*');
        CHECK(archived(call, 0x0704, body, {cut}, {1, 2}) == expected);
        const std::string late = archived(call, 0x0704, body + "more", {cut}, {2, 1});
        CHECK(late.substr(cut) == std::string(late.size() - cut, '*'));
    }
}

TEST_CASE("what is given up or refused of a message in parts is put aside without passwords") {
    const std::string network = std::string{"\0\1\1\0\0\0\x12\x06", 8} + secret;
    Call call;
    call.authenticated();
    const Bytes whole = bytes_in(network.substr(0, network.size() - 2));  // its list breaks off
    Turn turn;
    for (const std::uint16_t index : {std::uint16_t{1}, std::uint16_t{2}})
        turn.add(call.dialogue.hear(part(0x0104, whole, {10}, index), noon));
    CHECK_FALSE(turn.refused.empty());
    turn.add(call.dialogue.hear(part(0x0104, bytes_in(network), {10, 11}, 2), noon));
    for (const int seconds : {1, 5, 20, 50, 100})
        turn.add(call.dialogue.tick(Uptime{std::chrono::seconds{seconds}}));
    for (const Refused& one : turn.refused) {
        INFO(string_of(one.bytes));
        for (const auto* digits : {"482", "829", "291"})
            CHECK(string_of(one.bytes).find(digits) == std::string::npos);
    }
}
