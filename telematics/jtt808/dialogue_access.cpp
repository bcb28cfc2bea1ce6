// Who may speak: registration, authentication, strangers.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/jtt808/manners.hpp"
#include "telematics/jtt808/secrets.hpp"
#include "telematics/profile.hpp"

#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

bool introduces_itself(const Frame& frame) {
    return frame.head.id == Register::id || frame.head.id == Authenticate::id;
}

}  // namespace

std::optional<Enrolled> Dialogue::find(const Header& head) const {
    auto enrolled = enrolment_(terminal_number(head));
    if (!enrolled) {
        if (const auto imei = imei_of(head)) enrolled = enrolment_(*imei);
    }
    if (enrolled) enrolled->profile = completed(std::move(enrolled->profile));
    return enrolled;
}

// The number is no secret: who has sent a code has to. Having registered is no such sign: there are
// trackers that register once and never authenticate.
bool Dialogue::may_speak_at_once(const Enrolled& enrolled) const {
    return enrolled.profile.speaks_before_authentication &&
           !(proofs_ && proofs_(enrolled.terminal));
}

// One number a line, so that nobody counts through the numbers to see which are entered.
Turn Dialogue::hear_unknown(const Frame& frame, Instant received) {
    const std::string number = terminal_number(frame.head);
    if (!introduced_.empty() && introduced_ != number) {
        Turn turn = turned_away(frame, Fault::not_authenticated, profile_of_speaker());
        turn.hang_up = true;
        return turn;
    }
    if (introduces_itself(frame)) introduced_ = number;
    auto enrolled = find(frame.head);
    return enrolled ? hear_newcomer(frame, std::move(*enrolled), received) : hear_stranger(frame);
}

Turn Dialogue::hear_stranger(const Frame& frame) {
    Turn turn = turned_away(frame, Fault::unknown_terminal, profile_of_speaker());
    if (frame.head.id == Register::id) {
        turn.reply = say(frame.head, RegisterReply{.serial = frame.head.serial,
                                                   .result = Registration::no_such_terminal,
                                                   .code = {}});
    }
    turn.hang_up = frame.head.id == Authenticate::id;
    return turn;
}

Turn Dialogue::hear_newcomer(const Frame& frame, Enrolled enrolled, Instant received) {
    if (may_speak_at_once(enrolled)) {
        number_ = terminal_number(frame.head);
        speaker_ = std::move(enrolled);
        return hear_speaker(frame, received);
    }
    if (!introduces_itself(frame) || frame.head.part || frame.head.encryption() != 0) {
        return turned_away(frame, Fault::not_authenticated, enrolled.profile);
    }
    const elock::Before nothing;
    Heard heard = understand({frame, enrolled, received, nothing});
    if (frame.head.id == Authenticate::id && heard.outcome == Outcome::done) {
        number_ = terminal_number(frame.head);
        speaker_ = std::move(enrolled);
        last_ = frame.head;
        Bytes kept = kept_bytes(frame, speaker_->profile);
        if (fits(kept.size(), received)) heard.turn.frames.push_back(std::move(kept));
    }
    return answered(std::move(heard), frame.head);
}

Turn Dialogue::turned_away(const Frame& frame, Fault fault, const Profile& profile) {
    Turn turn;
    turn.refused.push_back(
        refuse(fault, kept_bytes(frame, profile, {.bytes = {}, .whole = !frame.head.part})));
    turn.refused.back().number = terminal_number(frame.head);
    turn.reply = acknowledge(frame.head, frame.head.serial, Outcome::failed);
    return turn;
}

// A number whose terminal has sent its code is known to belong to somebody: whoever comes first
// with it and has not sent that code is not he.
bool Dialogue::may_register_first(const Enrolled& enrolled) const {
    return proved_ || !proofs_ || !proofs_(enrolled.terminal);
}

// Who has guessed too often is told what a wrong guess is told, whether it is one or not: at first
// the plate is what there is to guess, later the unit id.
Registration Dialogue::judge(const Registered& said, const Enrolled& enrolled,
                             const Registered* before) const {
    const Registration result = judge_registration(said, enrolled.plate, before);
    if (result != Registration::done) return result;
    if (before == nullptr && !may_register_first(enrolled))
        return Registration::terminal_registered;
    if (proved_ || !tries_.judged || tries_.judged(enrolled.terminal)) return result;
    return before == nullptr ? Registration::no_such_vehicle : Registration::vehicle_registered;
}

void Dialogue::count_wrong(const Enrolled& enrolled) const {
    if (!proved_ && tries_.wrong) tries_.wrong(enrolled.terminal);
}

// What a terminal says of itself is taken down the first time and has to be the same ever after,
// so that whoever knows its number cannot have its code by registering.
Dialogue::Heard Dialogue::on(const Register& m, const Context& context) {
    asked_for_code_ = true;
    const std::string number = terminal_number(context.frame.head);
    const Registered said = registered_as(m);
    const auto& stored = context.enrolled.registered;
    if (stored) registered_.erase(number);
    const auto here = registered_.find(number);
    const Registered* before = stored ? &*stored : nullptr;
    if (here != registered_.end()) before = &here->second;

    RegisterReply reply{.serial = context.frame.head.serial,
                        .result = judge(said, context.enrolled, before),
                        .code = context.enrolled.auth_code};
    Heard heard;
    if (reply.result != Registration::done) {
        const bool no_vehicle = reply.result == Registration::no_such_vehicle;
        count_wrong(context.enrolled);
        heard.turn.refused.push_back(
            context.refuse(no_vehicle ? Fault::bad_value : Fault::other_registration));
        heard.turn.refused.back().number = context.enrolled.terminal.text;
        heard.turn.hang_up = !speaker_;  // a unit id is soon guessed, and so is a plate
    } else if (before == nullptr) {
        heard.turn.registered.push_back({.terminal = context.enrolled.terminal, .said = said});
        registered_.emplace(number, said);
    }
    heard.turn.reply = say(context.frame.head, reply);
    return heard;
}

Dialogue::Heard Dialogue::on(const Authenticate& m, const Context& context) {
    if (is_code(context.enrolled.auth_code, m.code)) {
        proved_ = true;
        reassembly_ = {};  // a terminal that starts afresh counts its serials afresh
        if (context.enrolled.registered) registered_.erase(terminal_number(context.frame.head));
        return {.turn = {}, .outcome = Outcome::done};
    }
    Heard heard{.turn = {}, .outcome = Outcome::failed};
    heard.turn.refused.push_back(context.refuse(Fault::wrong_code));
    heard.turn.refused.back().number = terminal_number(context.frame.head);
    // One that is known already goes on: over UDP anybody can write its address on a datagram.
    heard.turn.hang_up = !speaker_;
    return heard;
}

}  // namespace liuhen::telematics::jtt808
