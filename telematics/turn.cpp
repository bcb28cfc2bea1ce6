#include "telematics/turn.hpp"

#include <array>
#include <cassert>
#include <iterator>
#include <utility>

namespace liuhen::telematics {

std::string_view code(Fault fault) {
    static constexpr std::array<std::string_view, static_cast<std::size_t>(Fault::count_)> names{
        "oversized",         "bad_escape",         "bad_checksum",     "bad_length",
        "truncated",         "trailing_bytes",     "unknown_message",  "bad_value",
        "bad_part",          "not_a_frame",        "unknown_terminal", "wrong_code",
        "not_authenticated", "other_registration", "over_budget"};
    assert(fault < Fault::count_);
    return names[static_cast<std::size_t>(fault)];
}

std::string_view code(OrderState state) {
    static constexpr std::array<std::string_view, static_cast<std::size_t>(OrderState::count_)>
        names{"acknowledged", "done", "refused", "unsupported", "timed_out"};
    assert(state < OrderState::count_);
    return names[static_cast<std::size_t>(state)];
}

void Turn::add(Turn next) {
    const auto move_to_end = [](auto& into, auto& from) {
        into.insert(into.end(), std::make_move_iterator(from.begin()),
                    std::make_move_iterator(from.end()));
    };
    move_to_end(seen, next.seen);
    move_to_end(frames, next.frames);
    move_to_end(refused, next.refused);
    move_to_end(media, next.media);
    move_to_end(documents, next.documents);
    move_to_end(answers, next.answers);
    move_to_end(passwords, next.passwords);
    move_to_end(registered, next.registered);
    move_to_end(reply, next.reply);
    hang_up = hang_up || next.hang_up;
}

}  // namespace liuhen::telematics
