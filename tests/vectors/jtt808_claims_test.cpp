// What publishers claim of a line beyond its fields: whether it says where a truck is, what a
// platform answers, what a splitter finds, and that it is no frame.
#include "telematics/jtt808/dialogue.hpp"
#include "tests/vectors/published.hpp"

#include <iostream>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::test::published;

namespace {

const Instant noon = *parse_iso("2026-11-21T04:00:00Z");

// Whoever speaks is known, and its code is its number, as publishers' platforms have it.
Enrolment everyone() {
    return [](std::string_view number) {
        return Enrolled{TerminalId{std::string{number}}, "", std::string{number},
                        Profile{.speaks_before_authentication = true}};
    };
}

Turn heard(const json& vector) { return Dialogue{everyone()}.hear(wire_of(vector), noon); }

std::size_t fixes_in(const Turn& turn) {
    return static_cast<std::size_t>(std::ranges::count_if(
        turn.seen, [](const Sighting& one) { return std::holds_alternative<Fix>(one.what); }));
}

/// A claim that is not met on purpose.
struct Unmet {
    std::string_view line, reason;
};
constexpr std::array unmet{
    Unmet{"traccar-ae0fabdf87", "one maker's position inside transparent data, kept as a document"},
    Unmet{"traccar-18d5640548", "accelerations (0x2070) say nothing of a place: kept raw"},
    Unmet{"traccar-7938eb7769", "wrong in length and checksum both: no frame"},
};
bool is_unmet(const json& vector) {
    return std::ranges::any_of(unmet, [&](const Unmet& one) { return vector["id"] == one.line; });
}

// The kind of claim, and how many fixes it takes.
struct Claim {
    std::string_view name;
    std::size_t least, most;
};
constexpr std::array claims{Claim{"Null", 0, 0}, Claim{"Position", 1, 1}, Claim{"Attributes", 1, 1},
                            Claim{"NotNull", 1, SIZE_MAX}, Claim{"Positions", 2, SIZE_MAX}};

}  // namespace

TEST_CASE("a published line gives as many positions as its publisher finds in it") {
    const auto path = test::shared_file(open_vectors);
    if (!path) return test::skip("no published JT/T 808 frames here");
    int met = 0, all = 0;
    for (const json& vector : lines_of(*path)) {
        for (const json& expected : vector["expect"]) {
            const auto* const claim =
                std::ranges::find(claims, expected.value("verify", ""), &Claim::name);
            if (claim == claims.end()) continue;
            INFO(vector["id"] << ' ' << claim->name);
            const std::size_t fixes = fixes_in(heard(vector));
            const bool is_met = fixes >= claim->least && fixes <= claim->most;
            CHECK(is_met != is_unmet(vector));
            ++all;
            met += is_met ? 1 : 0;
        }
    }
    std::cout << "published lines with the positions that are claimed: " << met << " of " << all
              << '\n';
    CHECK(met > 20);
}

TEST_CASE("a published line is answered as its publisher answers it") {
    const auto path = test::shared_file(open_vectors);
    if (!path) return test::skip("no published JT/T 808 frames here");
    int answered = 0;
    for (const json& vector : lines_of(*path)) {
        for (const json& expected : vector["expect"]) {
            if (!expected.contains("reply_hex")) continue;
            INFO(vector["id"]);
            CHECK(to_hex(heard(vector).reply) == expected["reply_hex"]);
            ++answered;
        }
    }
    CHECK(answered >= 5);
}

TEST_CASE("a published stream is unescaped as its publisher does") {
    const auto path = test::shared_file(open_vectors);
    if (!path) return test::skip("no published JT/T 808 frames here");
    int compared = 0;
    for (const json& vector : lines_of(*path)) {
        for (const json& expected : vector["expect"]) {
            if (!expected.contains("frame_hex")) continue;
            INFO(vector["id"]);
            const Bytes wire = wire_of(vector);
            const auto begin = std::ranges::find(wire, delimiter);
            const auto end = std::find(begin + 1, wire.end(), delimiter);
            REQUIRE(end != wire.end());
            const auto plain = unescape(ByteView{begin + 1, end});
            REQUIRE(plain);
            CHECK("7e" + to_hex(*plain) + "7e" == expected["frame_hex"]);
            // Five bytes between delimiters are nobody's frame all the same.
            CHECK(heard(vector).frames.empty());
            ++compared;
        }
    }
    CHECK(compared >= 2);
}

TEST_CASE("a published line that is no frame is none here") {
    const auto path = test::shared_file(open_vectors);
    if (!path) return test::skip("no published JT/T 808 frames here");
    int refused = 0;
    for (const json& vector : lines_of(*path)) {
        if (vector["kind"] != "jt808/negative") continue;
        INFO(vector["id"]);
        const Bytes wire = wire_of(vector);
        const Turn turn = heard(vector);
        CHECK(turn.frames.empty());
        CHECK(turn.reply.empty());
        // What has no end yet may still become one.
        CHECK(turn.refused.empty() == (wire.back() != delimiter));
        ++refused;
    }
    CHECK(refused >= 2);
}

TEST_CASE("published bodies of positions without a header are read as published") {
    const auto path = test::shared_file(open_vectors);
    if (!path) return test::skip("no published JT/T 808 frames here");
    int read = 0;
    for (const json& vector : lines_of(*path)) {
        const bool is_position = vector["kind"] == "jt808/body" && vector.contains("decoded") &&
                                 vector["msg_id"] == "0x0200";
        if (!is_position) continue;
        INFO(vector["id"]);
        const Bytes body = *from_hex(vector["hex"].get<std::string>());
        const auto message = decode(Position::id, Edition::v2013, body);
        REQUIRE(message);
        check_position(std::get<Position>(*message), vector["decoded"]);
        ++read;
    }
    CHECK(read >= 6);
}
