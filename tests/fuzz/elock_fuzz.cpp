// libFuzzer target: a lock's stream in two slices, and then whole; both must be heard alike.
#include "telematics/elock/dialogue.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

using namespace liuhen;
using namespace liuhen::telematics;

namespace {

// A device's first byte tells where the stream is cut.
Turn heard(std::span<const std::byte> stream, std::size_t cut) {
    elock::Dialogue dialogue{[](std::string_view) { return Enrolled{}; }};
    Turn turn = dialogue.hear(stream.first(cut), Instant{});
    if (!turn.hang_up) turn.add(dialogue.hear(stream.subspan(cut), Instant{}));
    return turn;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto stream = std::as_bytes(std::span{data, size}).subspan(1);
    const std::size_t cut = stream.empty() ? 0 : data[0] % (stream.size() + 1);
    const Turn whole = heard(stream, stream.size());
    const Turn sliced = heard(stream, cut);
    const bool alike = whole.seen == sliced.seen && whole.frames == sliced.frames &&
                       whole.reply == sliced.reply && whole.refused.size() == sliced.refused.size();
    if (!alike) std::abort();
    return 0;
}
