// Texts of a Jointech lock between the frames of its connection: read as on a line of their own.
#include "telematics/elock/orders.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/jtt808/manners.hpp"
#include "telematics/profile.hpp"

#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

Turn put_aside(Fault fault, const elock::Piece& piece, std::string_view number) {
    Turn turn;
    turn.refused.push_back(refuse(fault, elock::without_secrets(piece)));
    turn.refused.back().number = number;
    return turn;
}

}  // namespace

Turn Dialogue::hear_piece(const TextView& text, Instant received) {
    const elock::Piece piece{.form = elock::Piece::Form::text,
                             .bytes = {text.bytes.begin(), text.bytes.end()}};
    const auto sentence = elock::read_sentence(piece);
    if (!sentence) return put_aside(sentence.error(), piece, {});
    const std::string number{elock::significant_digits(sentence->lock())};
    if (!speaker_) {
        auto enrolled = enrolment_(number);
        if (!enrolled) return put_aside(Fault::unknown_terminal, piece, number);
        enrolled->profile = completed(std::move(enrolled->profile));
        if (!may_speak_at_once(*enrolled)) {
            return put_aside(Fault::not_authenticated, piece, number);
        }
        number_ = number;
        speaker_ = std::move(enrolled);
    }
    if (number != number_) return put_aside(Fault::not_authenticated, piece, number);
    if (!texts_) {
        texts_.emplace([speaker = *speaker_](std::string_view) { return speaker; });
    }
    Turn turn = fits(text.bytes.size(), received) ? texts_->hear(text.bytes, received)
                                                  : put_aside(Fault::over_budget, piece, number);
    if (auto answer = elock::take_answer(spoken_, *sentence)) {
        turn.answers.push_back(std::move(*answer));
    }
    return turn;
}

}  // namespace liuhen::telematics::jtt808
