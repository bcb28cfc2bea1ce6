#include "telematics/jtt808/reassembly.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

const Instant start = *parse_iso("2026-11-21T14:00:00Z");

Frame part_of(std::uint16_t first_serial, Part part, std::string_view body) {
    Header head = *header_for("13912344323", Edition::v2013);
    head.id = 0x0704;
    head.part = part;
    head.serial = static_cast<std::uint16_t>(first_serial + part.index - 1);
    const Bytes wire = seal(head, bytes_of(body));
    return *parse_frame(*unescape(ByteView{wire}.subspan(1, wire.size() - 2)));
}

std::string text_in(ByteView bytes) {
    std::string text;
    for (const std::byte b : bytes) text.push_back(static_cast<char>(b));
    return text;
}

}  // namespace

TEST_CASE("the parts of a message make the same whole in every order") {
    const std::array<std::string_view, 3> bodies{"one-", "two-", "three"};
    std::array<std::uint16_t, 3> order{1, 2, 3};
    std::string bytes_before;
    do {
        Reassembly parts;
        std::optional<Whole> whole;
        for (const std::uint16_t index : order) {
            CHECK_FALSE(whole);
            whole = *parts.add(part_of(0xFFFF, {3, index}, bodies[index - 1U]), start);
        }
        REQUIRE(whole);
        CHECK(text_in(whole->message.body()) == "one-two-three");
        CHECK(whole->serials == std::vector<std::uint16_t>{0xFFFF, 0, 1});
        CHECK_FALSE(whole->message.head.part);
        CHECK(parts.bytes_held() == 0);
        const std::string bytes = to_hex(whole->message.bytes);
        CHECK((bytes_before.empty() || bytes == bytes_before));
        bytes_before = bytes;
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("a part that comes twice changes nothing") {
    Reassembly parts;
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "one"), start));
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "one"), start));
    CHECK(text_in((*parts.add(part_of(5, {2, 2}, "two"), start))->message.body()) == "onetwo");
}

TEST_CASE("two contents for one place let the message go until the terminal sends it anew") {
    Reassembly parts;
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "one"), start));
    CHECK(parts.add(part_of(5, {2, 1}, "won"), start).error() == Fault::bad_part);
    CHECK(parts.bytes_held() == 0);
    CHECK(parts.add(part_of(5, {2, 2}, "two"), start).error() == Fault::bad_part);
    CHECK(parts.add(part_of(5, {2, 1}, "one"), start).error() == Fault::bad_part);
    parts.tick(Uptime{0});
    const Overdue overdue = parts.tick(Reassembly::first_wait);
    REQUIRE(overdue.missing.size() == 1);
    CHECK(overdue.missing[0].indexes == std::vector<std::uint16_t>{1, 2});
    CHECK_FALSE(*parts.add(part_of(5, {2, 2}, "two"), start));
    CHECK(text_in((*parts.add(part_of(5, {2, 1}, "won"), start))->message.body()) == "wontwo");
}

TEST_CASE("a contradiction is forgotten with its message, and is none of others") {
    Reassembly parts;
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "one"), start));
    CHECK_FALSE(parts.add(part_of(5, {2, 1}, "won"), start));
    CHECK_FALSE(*parts.add(part_of(6, {2, 1}, "other"), start));
    CHECK(*parts.add(part_of(6, {2, 2}, "other"), start));
    CHECK(parts.tick(Uptime{0}).given_up.empty());
    CHECK(parts.tick(Reassembly::patience).given_up.empty());  // it was counted as it came
    CHECK_FALSE(parts.due());
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "one"), start));
}

TEST_CASE("a part of a message that is finished asks for its answer once more") {
    Reassembly parts;
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "one"), start));
    CHECK(*parts.add(part_of(5, {2, 2}, "two"), start));
    const auto again = *parts.add(part_of(5, {2, 1}, "one"), start);
    REQUIRE(again);
    CHECK(again->message.bytes.empty());
    CHECK(again->serials == std::vector<std::uint16_t>{5});
    CHECK(parts.bytes_held() == 0);
}

TEST_CASE("a repeat of a finished message bears the outcome that it had") {
    Reassembly parts;
    const auto whole = *parts.add(part_of(5, {1, 1}, "one"), start);
    parts.answered(*whole, Outcome::bad_message);
    CHECK((*parts.add(part_of(5, {1, 1}, "one"), start))->outcome == Outcome::bad_message);
    CHECK((*parts.add(part_of(6, {1, 1}, "one"), start))->outcome == Outcome::done);
}

TEST_CASE("other content than that of a finished message begins a new one") {
    Reassembly parts;
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "one"), start));
    CHECK(*parts.add(part_of(5, {2, 2}, "two"), start));
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "won"), start));
    const auto late = *parts.add(part_of(5, {2, 2}, "two"), start);  // of the first one
    REQUIRE(late);
    CHECK(late->message.bytes.empty());
    CHECK(text_in((*parts.add(part_of(5, {2, 2}, "owt"), start))->message.body()) == "wonowt");
    for (const char* const first : {"one", "won"})
        CHECK((*parts.add(part_of(5, {2, 1}, first), start))->message.bytes.empty());
}

TEST_CASE("a part that two messages share is taken for the second when it is asked for") {
    Reassembly parts;
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "one"), start));
    CHECK(*parts.add(part_of(5, {2, 2}, "two"), start));
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "won"), start));
    CHECK((*parts.add(part_of(5, {2, 2}, "two"), start))->message.bytes.empty());
    parts.tick(Uptime{0});
    CHECK(parts.tick(Reassembly::first_wait).missing.size() == 1);
    CHECK(text_in((*parts.add(part_of(5, {2, 2}, "two"), start))->message.body()) == "wontwo");
}

TEST_CASE("of finished messages no more than the limit is remembered") {
    Reassembly parts;
    const auto is_repeat = [&](std::uint16_t serial, Part part) {
        const auto added = parts.add(part_of(serial, part, "x"), start);
        return added && *added && (*added)->message.bytes.empty();
    };
    for (std::uint16_t serial = 1; serial <= Reassembly::finished_messages + 1; ++serial)
        CHECK(*parts.add(part_of(serial, {1, 1}, "x"), start));
    CHECK(is_repeat(2, {1, 1}));
    CHECK_FALSE(is_repeat(1, {1, 1}));
    constexpr std::uint16_t total = Reassembly::max_parts;
    static_assert(Reassembly::finished_parts == 2 * total);
    for (const std::uint16_t serial : std::array<std::uint16_t, 3>{10'000, 20'000, 30'000})
        for (std::uint16_t index = 1; index <= total; ++index)
            (void)parts.add(part_of(serial, {total, index}, "x"), start);
    CHECK(is_repeat(30'000, {total, 1}));
    CHECK(is_repeat(20'000, {total, 1}));
    CHECK_FALSE(is_repeat(10'000, {total, 1}));
}

TEST_CASE("a part outside its message is refused") {
    Reassembly parts;
    CHECK(parts.add(part_of(5, {2, 0}, "x"), start).error() == Fault::bad_part);
    CHECK(parts.add(part_of(5, {2, 3}, "x"), start).error() == Fault::bad_part);
    CHECK(parts.add(part_of(5, {0, 0}, "x"), start).error() == Fault::bad_part);
    CHECK(parts.add(part_of(5, {Reassembly::max_parts + 1, 1}, "x"), start).error() ==
          Fault::bad_part);
    CHECK(parts.bytes_held() == 0);
}

TEST_CASE("a message that makes no progress for a minute is forgotten") {
    Reassembly parts;
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "one"), start));
    CHECK_FALSE(*parts.add(part_of(90, {2, 1}, "other"), start + std::chrono::seconds{61}));
    CHECK_FALSE(*parts.add(part_of(5, {2, 2}, "two"), start + std::chrono::seconds{61}));
}

TEST_CASE("a message is not forgotten while parts keep coming") {
    Reassembly parts;
    CHECK_FALSE(*parts.add(part_of(5, {3, 1}, "a"), start));
    CHECK_FALSE(*parts.add(part_of(5, {3, 2}, "b"), start + std::chrono::seconds{50}));
    CHECK(*parts.add(part_of(5, {3, 3}, "c"), start + std::chrono::seconds{100}));
}

TEST_CASE("unfinished messages never hold more than the limit") {
    Reassembly parts;
    const std::string body(max_body_bytes, 'x');
    bool refused = false;
    for (std::uint16_t index = 1; index <= 2500; ++index) {
        const auto added = parts.add(part_of(0, {2501, index}, body), start);
        refused = refused || !added;
        REQUIRE(parts.bytes_held() <= Reassembly::max_bytes);
    }
    CHECK(refused);
}

TEST_CASE(
    "a medium of 2 MiB comes together from parts of any usual size, and none that is larger") {
    constexpr std::size_t most = 36 + 2 * 1024 * 1024;  // with kind, format and position
    for (const std::size_t size : {513U, 1000U, 1023U}) {
        for (const std::size_t whole_bytes : {most, most + 1}) {
            Reassembly parts;
            const auto total = static_cast<std::uint16_t>((whole_bytes + size - 1) / size);
            Result<std::optional<Whole>, Fault> last{std::nullopt};
            for (std::uint16_t index = 1; index <= total; ++index) {
                const std::string body(std::min(size, whole_bytes - (index - 1U) * size), 'x');
                last = parts.add(part_of(0, {total, index}, body), start);
            }
            CHECK((last && *last) == (whole_bytes == most));
        }
    }
}

TEST_CASE("the rest of a message that was too large holds nothing and keeps no other out") {
    Reassembly parts;
    const std::string body(max_body_bytes, 'x');
    constexpr std::uint16_t total = 3000;
    for (std::uint16_t index = 1; index <= total; ++index)
        (void)parts.add(part_of(0, {total, index}, body), start);
    CHECK(parts.bytes_held() == 0);
    CHECK(parts.add(part_of(0, {total, 7}, body), start).error() == Fault::bad_part);
    const Instant soon = start + std::chrono::seconds{1};
    std::optional<Whole> whole;
    for (std::uint16_t index = 1; index <= 400; ++index)
        whole = *parts.add(part_of(5000, {400, index}, body), soon);
    CHECK(whole);
    CHECK_FALSE(*parts.add(part_of(0, {total, 1}, body), soon));  // begins again
    CHECK_FALSE(*parts.add(part_of(0, {total, 2}, body), soon));
}

TEST_CASE("what stood before a part is looked for through 32 parts and 16 KiB, and no further") {
    struct Row {
        std::size_t body;
        std::uint16_t last_whole;  // the last part before which everything is found
    };
    for (const Row& row : {Row{10, 33}, Row{1'000, 17}}) {
        INFO(row.body);
        const std::string body(row.body, 'x');
        Reassembly parts;
        const auto index_after = static_cast<std::uint16_t>(row.last_whole + 1);
        for (std::uint16_t i = 1; i < row.last_whole; ++i) {
            CHECK_FALSE(*parts.add(part_of(5, {60, i}, body), start));
        }
        const auto found = parts.before(part_of(5, {60, row.last_whole}, body));
        CHECK(found.whole);
        CHECK(found.bytes.size() == (row.last_whole - 1U) * row.body);
        CHECK_FALSE(*parts.add(part_of(5, {60, row.last_whole}, body), start));
        const auto cut = parts.before(part_of(5, {60, index_after}, body));
        CHECK_FALSE(cut.whole);
        CHECK(cut.bytes.size() == (row.last_whole - 1U) * row.body);
    }
}

TEST_CASE("more unfinished messages than the limit are refused") {
    Reassembly parts;
    for (std::uint16_t n = 0; n < Reassembly::max_messages; ++n) {
        const auto serial = static_cast<std::uint16_t>(n * 10);
        CHECK_FALSE(*parts.add(part_of(serial, {2, 1}, "x"), start));
    }
    CHECK(parts.add(part_of(5000, {2, 1}, "x"), start).error() == Fault::bad_part);
}

TEST_CASE("a picture of 300 KiB in small parts is within the limits") {
    Reassembly parts;
    const std::string body(256, 'x');
    std::optional<Whole> whole;
    for (std::uint16_t index = 1; index <= 1200; ++index) {
        whole = *parts.add(part_of(0, {1200, index}, body), start);
    }
    REQUIRE(whole);
    CHECK(whole->message.body().size() == 300 * 1024);
}

TEST_CASE("serials that come again after a while are those of another message") {
    Reassembly parts;
    const Instant later = start + Reassembly::repeat_window + std::chrono::seconds{1};
    CHECK(*parts.add(part_of(5, {1, 1}, "one"), start));
    const auto other = *parts.add(part_of(5, {1, 1}, "other"), later);
    REQUIRE(other);
    CHECK(text_in(other->message.body()) == "other");
}

TEST_CASE("many missing parts are asked for in pieces") {
    Reassembly parts;
    CHECK_FALSE(*parts.add(part_of(5, {600, 1}, "num.ber"), start));
    CHECK(parts.tick(Uptime{0}).missing.empty());
    const Overdue overdue = parts.tick(Reassembly::first_wait);
    REQUIRE(overdue.missing.size() == 1);
    CHECK(overdue.missing[0].first_serial == 5);
    CHECK(overdue.missing[0].indexes.size() == Reassembly::most_asked);
    CHECK(overdue.missing[0].indexes.front() == 2);
    CHECK(overdue.missing[0].opening == 0x6E756D2EU);
}

TEST_CASE("a message that nobody completes is given up") {
    Reassembly parts;
    CHECK_FALSE(*parts.add(part_of(5, {2, 1}, "one"), start));
    CHECK(parts.tick(Uptime{0}).given_up.empty());
    CHECK(parts.tick(Reassembly::patience).given_up.size() == 1);
    CHECK(parts.bytes_held() == 0);
    CHECK_FALSE(parts.due());
}
