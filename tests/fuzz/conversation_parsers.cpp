// A terminal's conversation, above frames and parts.
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/profile.hpp"
#include "tests/fuzz/parsers.hpp"

#include <algorithm>

namespace liuhen::test {
namespace {

using namespace telematics;
using namespace telematics::jtt808;

constexpr Instant received{std::chrono::milliseconds{1'795'000'000'000}};

// Every number is a terminal of this model.
Enrolment everyone(const Profile& model) {
    return [&model](std::string_view number) {
        Enrolled enrolled;
        enrolled.terminal = {std::string{number}};
        enrolled.auth_code = "code";
        enrolled.profile = model;
        enrolled.profile.datum = Datum::gcj02;
        enrolled.profile.speaks_before_authentication = true;
        enrolled.profile.accept_bad_checksum |= number.ends_with('1');
        return enrolled;
    };
}

}  // namespace

// The first byte says in what slices a conversation comes, and with which model, so also as a lock
// or a waste truck; it must say the same as when whole.
void parse_conversation(ByteView input) {
    if (input.size() < 2) return;
    const std::size_t slice = std::to_integer<std::size_t>(input[0]) + 1;
    const ByteView stream = input.subspan(1);
    const auto& models = known_profiles();
    const Profile& model = models[slice % models.size()];
    Dialogue whole{everyone(model)};
    const Turn expected = whole.hear(stream, received);
    Dialogue pieces{everyone(model)};
    Turn turn;
    for (std::size_t at = 0; at < stream.size() && !turn.hang_up; at += slice) {
        const std::size_t length = std::min(slice, stream.size() - at);
        turn.add(pieces.hear(stream.subspan(at, length), received));
    }
    if (!expected.hang_up && !turn.hang_up) {
        require(turn.seen == expected.seen, "slices do not change what is seen");
        require(turn.reply == expected.reply, "slices do not change what is answered");
        require(turn.frames == expected.frames, "slices do not change what is kept");
    }
    for (const Sighting& seen : turn.seen) {
        const auto* const fix = std::get_if<Fix>(&seen.what);
        if (fix == nullptr) continue;
        require(is_on_earth(fix->where), "a fix is on earth");
        require(fix->heading.value >= 0 && fix->heading.value < 360, "a heading is a direction");
    }
}

}  // namespace liuhen::test
