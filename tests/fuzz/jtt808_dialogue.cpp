// Any stream, cut at places the input chooses, must leave a conversation within its bounds and say
// the same as when it comes in one piece.
#include "telematics/jtt808/dialogue.hpp"

#include <algorithm>
#include <cstdlib>

using namespace liuhen;
using namespace liuhen::telematics;

namespace {

std::optional<Enrolled> everyone(std::string_view number) {
    return Enrolled{TerminalId{std::string{number}}, "", "code",
                    Profile{.datum = Datum::gcj02,
                            .speaks_before_authentication = true,
                            .accept_bad_checksum = number.ends_with('1')}};
}

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const Instant received{std::chrono::milliseconds{1'795'000'000'000}};
    const ByteView input = std::as_bytes(std::span{data, size});
    const std::size_t slice = std::to_integer<std::size_t>(input[0]) + 1;
    const ByteView stream = input.subspan(1);

    jtt808::Dialogue whole{everyone};
    const Turn expected = whole.hear(stream, received);
    jtt808::Dialogue pieces{everyone};
    Turn turn;
    for (std::size_t at = 0; at < stream.size() && !turn.hang_up; at += slice) {
        const std::size_t length = std::min(slice, stream.size() - at);
        turn.add(pieces.hear(stream.subspan(at, length), received));
    }
    if (!expected.hang_up && !turn.hang_up) {
        require(turn.seen == expected.seen);
        require(turn.reply == expected.reply);
        require(turn.frames == expected.frames);
    }
    for (const Sighting& seen : turn.seen) {
        const auto& fix = std::get<Fix>(seen.what);
        require(is_on_earth(fix.where));
        require(fix.heading.value >= 0 && fix.heading.value < 360);
    }
    return 0;
}
