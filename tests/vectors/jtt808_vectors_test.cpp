// Recorded and published frames, when they are on this machine, and our own in jtt808_own.jsonl.
#include "telematics/jtt808/dialogue.hpp"
#include "tests/vectors/published.hpp"

#include <iostream>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::test::published;
using nlohmann::json;

namespace {

const Instant noon = *parse_iso("2026-11-21T04:00:00Z");

// Messages of no edition without a row: the conversation reads 0x0210 (jtt808_claims_test); nobody
// has published the layout of the others, which are kept raw and answered as unsupported.
constexpr std::array<std::uint32_t, 5> without_row{0x0091, 0x0093, 0x0210, 0x0304, 0x2070};

bool is_ours(const json& vector) {
    if (vector["kind"] != "jt808/frame") return false;
    const std::uint32_t id = number_of(vector["msg_id"]);
    const bool excused = std::ranges::find(without_row, id) != without_row.end();
    INFO(vector["id"]);
    CHECK(excused == (find_row(static_cast<std::uint16_t>(id)) == nullptr));
    return !excused;
}

// Of a frame with a wrong checksum: what it says, read as a profile reads it that accepts it. One
// line has a wrong length as well, which nobody could read.
bool is_read_all_the_same(const json& vector, const Refused& refused) {
    if (!vector["length_ok"].get<bool>()) return false;
    const auto frame = parse_frame(refused.bytes, Checksum::ignored);
    REQUIRE(frame);
    check_header(frame->head, vector);
    if (!vector.contains("decoded") || frame->head.part) return false;
    check_body(*frame, vector["decoded"]);
    return true;
}

}  // namespace

TEST_CASE("every published frame of the understood messages is read as published") {
    const auto path = test::shared_file(open_vectors);
    if (!path) return test::skip("no published JT/T 808 frames here");
    int good = 0, good_right = 0, decoded = 0, refused = 0, refused_right = 0, unsound = 0;
    for (const json& vector : lines_of(*path)) {
        if (!is_ours(vector)) continue;
        INFO(vector["id"]);
        const auto piece = only_piece(wire_of(vector));
        if (!vector["checksum_ok"].get<bool>()) {
            ++refused;
            REQUIRE_FALSE(piece);
            CHECK(piece.error().fault == Fault::bad_checksum);
            refused_right += piece.error().fault == Fault::bad_checksum ? 1 : 0;
            unsound += is_read_all_the_same(vector, piece.error()) ? 1 : 0;
            continue;
        }
        if (!vector["length_ok"].get<bool>()) {
            REQUIRE_FALSE(piece);
            CHECK(piece.error().fault == Fault::bad_length);
            continue;
        }
        ++good;
        REQUIRE(piece);
        check_header(piece->head, vector);
        if (vector.contains("decoded") && !piece->head.part) {
            ++decoded;
            check_body(*piece, vector["decoded"]);
        }
        ++good_right;
    }
    std::cout << "published frames read: " << good_right << " of " << good << " (" << decoded
              << " with a published reading); wrong checksums refused: " << refused_right << " of "
              << refused << ", of which " << unsound << " read as published where accepted\n";
    CHECK(unsound >= 7);
    CHECK(good == good_right);
    CHECK(good > 200);
}

TEST_CASE("every good published frame is sealed again to the same bytes") {
    const auto path = test::shared_file(open_vectors);
    if (!path) return test::skip("no published JT/T 808 frames here");
    int same = 0, all = 0;
    for (const json& vector : lines_of(*path)) {
        if (vector["kind"] != "jt808/frame" || !vector["checksum_ok"].get<bool>() ||
            !vector["length_ok"].get<bool>()) {
            continue;
        }
        const Bytes wire = wire_of(vector);
        const auto piece = only_piece(wire);
        REQUIRE(piece);
        const Bytes again = seal(piece->head, piece->body());
        INFO(vector["id"]);
        ++all;
        same += again == wire ? 1 : 0;
        // One published frame does not escape its checksum of 7d; we do.
        if (again != wire) CHECK(to_hex(wire).ends_with("7d7e"));
    }
    std::cout << "published frames sealed again: " << same << " of " << all << '\n';
    CHECK(same >= all - 1);
    CHECK(all > 500);
}

TEST_CASE("no published line breaks a conversation, whole, in halves or byte by byte") {
    const auto path = test::shared_file(open_vectors);
    if (!path) return test::skip("no published JT/T 808 frames here");
    const Enrolment everyone = [](std::string_view number) {
        return Enrolled{TerminalId{std::string{number}}, "", "code",
                        Profile{.speaks_before_authentication = true}};
    };
    int heard = 0;
    for (const json& vector : lines_of(*path)) {
        const Bytes wire = wire_of(vector);
        Dialogue whole{everyone};
        const Turn turn = whole.hear(wire, noon);
        for (const std::size_t slice : {std::size_t{1}, wire.size() / 2 + 1}) {
            Dialogue pieces{everyone};
            Turn sum;
            for (std::size_t at = 0; at < wire.size(); at += slice) {
                const std::size_t size = std::min(slice, wire.size() - at);
                sum.add(pieces.hear(ByteView{wire}.subspan(at, size), noon));
            }
            INFO(vector["id"]);
            REQUIRE(sum.seen == turn.seen);
            REQUIRE(sum.frames == turn.frames);
            REQUIRE(sum.reply == turn.reply);
        }
        ++heard;
    }
    std::cout << "published lines heard in three slicings: " << heard << " of " << heard << '\n';
    CHECK(heard > 600);
}
