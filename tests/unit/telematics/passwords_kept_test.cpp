// Passwords of locks and networks are stars in whatever is kept, wherever they stand.
#include "jtt808_call.hpp"

#include "telematics/elock/passwords.hpp"
#include "telematics/jtt808/secrets.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <array>

using namespace liuhen;
using namespace liuhen::test;

namespace {

const std::string secret = "482913";

bool holds(ByteView bytes, std::string_view text) {
    return !std::ranges::search(bytes, telematics::bytes_of(text)).empty();
}
// Whether anything that would be stored of the turn has these bytes.
bool keeps(const Turn& turn, std::string_view text) {
    const auto has = [&](const Bytes& bytes) { return holds(bytes, text); };
    return std::ranges::any_of(turn.frames, has) ||
           std::ranges::any_of(turn.refused, has, &Refused::bytes) ||
           std::ranges::any_of(turn.documents, has, &Document::body);
}
std::string blanked(std::string text) {
    elock::blank_passwords(std::as_writable_bytes(std::span{text}));
    return text;
}
// What a lock's own line keeps of these bytes and those of a heartbeat behind them.
Turn heard(const std::string& said) {
    elock::Dialogue dialogue{[](std::string_view) { return Enrolled{}; }};
    Turn turn = dialogue.hear(telematics::bytes_of("(8000620012,@JT)"), noon);
    turn.add(dialogue.hear(telematics::bytes_of(said), noon));
    turn.add(dialogue.hear(telematics::bytes_of("(8000620012,@JT)"), noon));
    return turn;
}
// In UTF-16, big end first or last.
std::string wide(std::string_view text, bool big_end_first) {
    std::string pairs;
    for (const char c : text) {
        if (big_end_first) pairs += '\0';
        pairs += c;
        if (!big_end_first) pairs += '\0';
    }
    return pairs;
}
Unknown raw(std::uint16_t id, std::string_view text) {
    const ByteView bytes = telematics::bytes_of(text);
    return {.id = id, .body = {bytes.begin(), bytes.end()}};
}

}  // namespace

TEST_CASE("a password is overwritten in whole texts, broken ones and none at all") {
    CHECK(blanked("(80,P52,2,482913)") == "(80,P52,2,******)");
    CHECK(blanked("(80,p52 ,2,482913\r\n)(80,@JT)") == "(80,p52 ,2,********)(80,@JT)");
    CHECK(blanked("\x41 P43,482913") == "\x41 P43,******");
    CHECK(blanked("(80,P52,2,48") == "(80,P52,2,**");
    CHECK(blanked("(80,P52,2,482913(80,1,001,ELOCK,3,529439)") ==
          "(80,P52,2,******(80,1,001,ELOCK,3,******)");
    CHECK(blanked("(80,P45,211126,140005)P521,482913") == "(80,P45,211126,140005)P521,482913");
}

TEST_CASE("a lock's line keeps no password, however the text around it is broken") {
    for (const std::string& said :
         {"(8000620012,P52,2," + secret + "\r\n)", "(8000620012,P52,2," + secret,
          "(8000620012,p52,2," + secret + ")", "(8000620012, P52,2," + secret + ")",
          "(8000620012,P43," + secret + ")", "(P52,2," + secret + ")",
          "(8000620012,P52,2," + secret + "," + std::string(600, 'x') + ")"}) {
        INFO(said);
        const Turn turn = heard(said);
        CHECK(turn.frames.size() + turn.refused.size() >= 3);
        CHECK_FALSE(keeps(turn, secret));
    }
}

TEST_CASE("a lock's text inside a message is kept without its password") {
    const std::string text = "(8000620012,P52,2," + secret + ")";
    for (const auto& [id, body] :
         {std::pair<std::uint16_t, std::string>{0x0900, "\x41" + text},
          {0x6006, "\x01" + text},
          {0x1300, text},
          {0x0900, "\x41##S,eSeal,0080001231,256,3.0.8,ELOCK," + secret + ",E##"}}) {
        Call call;
        call.authenticated();
        const Bytes wire = call.wire(raw(id, body));
        REQUIRE(holds(wire, secret));
        const Turn turn = call.dialogue.hear(wire, noon);
        CHECK(turn.documents.size() == 1);
        REQUIRE(turn.frames.size() == 1);
        CHECK_FALSE(keeps(turn, secret));
        CHECK(parse_frame(turn.frames[0], Checksum::required, Wrapping::standard));
    }
}

TEST_CASE("a lock's text in UTF-16 is kept without its password, and readable for the rest") {
    for (const bool big_end_first : {true, false}) {
        const auto in_pairs = [&](std::string_view text) { return wide(text, big_end_first); };
        CAPTURE(big_end_first);
        for (const auto& [said, kept] : {std::pair{"(P43,482913)", "(P43,******)"},
                                         {"x(80,p52 ,2,482913)OK", "x(80,p52 ,2,******)OK"},
                                         {"(80,ELOCK,3,48", "(80,ELOCK,3,**"}})
            CHECK(blanked(in_pairs(said)) == in_pairs(kept));
        for (const auto& [id, front] : {std::pair<std::uint16_t, std::string>{0x1300, ""},
                                        {0x6006, "\x02"},
                                        {0x0900, "\x41"}}) {
            Call call;
            call.authenticated();
            const std::string text = in_pairs("(8000620012,P43," + secret + ")");
            const Bytes wire = call.wire(raw(id, front + text));
            REQUIRE(holds(wire, in_pairs(secret)));
            const Turn turn = call.dialogue.hear(wire, noon);
            REQUIRE(turn.frames.size() == 1);
            REQUIRE(turn.documents.size() == 1);
            CHECK_FALSE(keeps(turn, in_pairs(secret)));
            CHECK(keeps(turn, in_pairs("P43,******)")));
        }
    }
}

TEST_CASE("a password in UTF-16 that two messages tear is a star in both") {
    const std::string text = wide("(80,P43," + secret + ")", true);
    for (std::size_t cut = 1; cut + 1 < text.size(); ++cut) {
        CAPTURE(cut);
        Call call;
        call.authenticated();
        std::string kept;
        for (const std::string& part : {text.substr(0, cut), text.substr(cut)}) {
            const Turn turn = call.dialogue.hear(call.wire(raw(0x1300, part)), noon);
            REQUIRE(turn.documents.size() == 1);
            for (const std::byte b : turn.documents[0].body) kept += static_cast<char>(b);
        }
        CHECK(kept == wide("(80,P43,******)", true));
    }
    std::string end = wide("2913)(80,@JT)", true);  // its beginning is not known
    elock::blank_passwords(std::as_writable_bytes(std::span{end}), {.bytes = {}, .whole = false});
    CHECK(end == wide("****)(80,@JT)", true));
    end = wide("2913)(80,@JT)", false);
    elock::blank_passwords(std::as_writable_bytes(std::span{end}), {.bytes = {}, .whole = false});
    CHECK(end == wide("****)(80,@JT)", false));
}

TEST_CASE("a seal's line keeps no password either") {
    for (const std::string& said : {"##S,eSeal,0080001231,256,3.0.8,ELOCK," + secret + ",E##",
                                    "##S,eSeal,0080001231,256,3.0.8,Normal,P43," + secret + ",E##",
                                    "##S,eSeal,0080001231,256,3.0.8,ELOCK," + secret + "\r\n"}) {
        INFO(said);
        elock::Dialogue dialogue{[](std::string_view) { return Enrolled{}; }};
        Turn turn = dialogue.hear(telematics::bytes_of(said), noon);
        turn.add(dialogue.hear(telematics::bytes_of("(0080001231,@JT)"), noon));
        CHECK(turn.frames.size() + turn.refused.size() >= 2);
        CHECK_FALSE(keeps(turn, secret));
    }
}

TEST_CASE("a lock's and a seal's text among the items of a position keep no password") {
    for (const std::string& said : {"##S,eSeal,0080001231,256,3.0.8,ELOCK," + secret + ",E##",
                                    "##S,eSeal,0080001231,256,3.0.8,ELOCK ACK," + secret + ",E##",
                                    "(80,P43," + secret + ")"}) {
        INFO(said);
        const auto length = static_cast<char>(said.size());
        const auto kept =
            jtt808::kept_items(telematics::bytes_of(std::string{'\xE0', length} + said), nullptr);
        CHECK(kept.size() == said.size() + 2);
        CHECK_FALSE(holds(kept, secret));
        CHECK(holds(kept, said.substr(0, 8)));
    }
}

TEST_CASE("passwords of networks among a terminal's parameters are kept as stars") {
    const std::string list = std::string{"\0\0\0\x11\x03", 5} + "abc" +
                             std::string{"\0\0\0\x12\x06", 5} + secret +
                             std::string{"\0\0\0\x13\x03", 5} + "def";
    for (const std::string& head : {std::string{"\0\1\3", 3}, std::string{"\0\1\1\3", 4}}) {
        Call call;
        call.authenticated();
        const Turn turn = call.dialogue.hear(call.wire(raw(0x0104, head + list)), noon);
        REQUIRE(turn.documents.size() == 1);
        CHECK_FALSE(keeps(turn, secret));
        CHECK(holds(turn.documents[0].body, "abc"));
        CHECK(holds(turn.documents[0].body, "******"));
        CHECK(holds(turn.documents[0].body, "def"));
    }
}

TEST_CASE("whatever stands before and behind it, a password is overwritten in place") {
    const bool holds = rc::check("no password is left, and nothing moves", [] {
        const auto some = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
        const auto words = std::array<std::string, 4>{"P52,2,", "p43,", "P44 ,1,", "ELOCK,3,"};
        const auto& word = words[static_cast<std::size_t>(*rc::gen::inRange(0, 4))];
        const auto& end =
            *rc::gen::elementOf(std::vector<std::string>{"", ")", "(", ",x", "\r\n)"});
        const std::string before = some + "(80,";
        const std::string kept = blanked(before + word + secret + end + some);
        RC_ASSERT(kept.size() == (before + word + secret + end + some).size());
        RC_ASSERT(kept.compare(before.size() + word.size(), secret.size(), "******") == 0);
        RC_ASSERT(blanked(kept) == kept);
        const bool big_end_first = *rc::gen::arbitrary<bool>();
        const std::string pairs = some + wide("(80," + word + secret + end, big_end_first) + some;
        RC_ASSERT(blanked(pairs).find(wide(secret, big_end_first)) == std::string::npos);
        RC_ASSERT(blanked(pairs).size() == pairs.size());
    });
    CHECK(holds);
}
