#include "telematics/jtt808/dialogue.hpp"

#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/lock_report.hpp"
#include "telematics/jtt808/manners.hpp"
#include "telematics/jtt808/secrets.hpp"
#include "telematics/octets.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

// A reply to a reply would never end.
bool wants_answer(std::uint16_t id) {
    return id != TerminalReply::id && id < first_platform_message;
}

// Nothing of these has to be stored that is not said again: heard also when nothing more is kept of
// a device, so that it stays on line and under orders.
bool keeps_nothing(const Header& head) {
    constexpr std::array ids{TerminalReply::id,        Heartbeat::id, TimeQuery::id,
                             TerminalMissingParts::id, Register::id,  Authenticate::id,
                             other_heartbeat_id};
    return !head.part && head.encryption() == 0 && std::ranges::find(ids, head.id) != ids.end();
}

// A device that is over its budget is not hung up on for it: it would only dial in again.
bool tries_patience(const Refused& refused) { return refused.fault != Fault::over_budget; }

// What a refused piece would be with a wrong checksum, or with the one-byte serial of a lock.
std::optional<Frame> frame_in(const BadView& bad) {
    const Bytes bytes{bad.bytes.begin(), bad.bytes.end()};
    auto lock = parse_lock_frame(bytes, Checksum::ignored);
    if (lock) return std::move(*lock);
    auto frame = parse_frame(bytes, Checksum::ignored, bad.wrapping);
    return frame ? std::optional{std::move(*frame)} : std::nullopt;
}

}  // namespace

Turn Dialogue::hear(ByteView chunk, Instant received) {
    Turn turn;
    if (closed_) return turn;
    if (speaker_) look_up_speaker();
    scanner_.feed(chunk);
    std::size_t refused_here = 0;
    while (!turn.hang_up) {
        const auto piece = scanner_.take();
        if (!piece) break;
        Turn next = std::visit([&](const auto& one) { return hear_piece(one, received); }, *piece);
        // What a frame of the speaker's lacks is counted, but does not try anybody's patience.
        const bool understood = !next.frames.empty();
        const auto trying = std::ranges::count_if(next.refused, tries_patience);
        const std::size_t refused = understood ? 0 : static_cast<std::size_t>(trying);
        refused_here += refused;
        refused_in_a_row_ = understood ? 0 : refused_in_a_row_ + refused;
        turn.add(std::move(next));
        if (refused_in_a_row_ < patience() && refused_here < most_refused_in_chunk) continue;
        if (!is_borne_with()) turn.hang_up = true;
        refused_in_a_row_ = 0;
        scanner_.drop();
    }
    closed_ = turn.hang_up;
    return turn;
}

// The operator may have bound the speaker to another truck since it last spoke, changed how it is
// to be read, or forgotten whom it registered as.
void Dialogue::look_up_speaker() {
    if (registers_) {
        const std::uint64_t as_of = registers_();
        if (looked_up_ == as_of) return;
        looked_up_ = as_of;
    }
    auto now = enrolment_(speaker_->terminal.text);
    if (!now) return;
    speaker_->plate = std::move(now->plate);
    speaker_->profile = completed(std::move(now->profile));
    speaker_->registered = std::move(now->registered);
    if (speaker_->registered) registered_.erase(number_);
}

std::optional<TerminalId> Dialogue::speaker() const {
    if (!speaker_) return std::nullopt;
    return speaker_->terminal;
}

const Profile* Dialogue::profile() const { return speaker_ ? &speaker_->profile : nullptr; }

std::size_t Dialogue::patience() const {
    return speaker_ ? speaker_->profile.patience : patience_with_strangers;
}

// Whoever writes a device's address on a datagram of junk must not end its session with it.
bool Dialogue::is_borne_with() const { return carrier_ == Carrier::datagrams && proved_; }

const Profile& Dialogue::profile_of_speaker() const {
    static const Profile unknown;
    return speaker_ ? speaker_->profile : unknown;
}

Turn Dialogue::hear_piece(const FrameView& frame, Instant received) {
    return hear_frame(owned(frame), received);
}

Turn Dialogue::hear_piece(const BadView& bad, Instant received) {
    Turn turn;
    turn.refused.push_back(refuse(bad.fault, kept_piece(bad.bytes, strays_)));
    move_on(strays_, bad.bytes);
    if (bad.fault != Fault::bad_checksum && bad.fault != Fault::bad_length) return turn;
    const auto frame = frame_in(bad);
    if (!frame) return turn;
    if (xor_of(frame->bytes) == std::byte{0}) return hear_frame(*frame, received);
    if (accepts_bad_checksum(*frame)) return hear_unsound(*frame, received);
    turn.refused.front().bytes = kept_bytes(*frame, profile_of_speaker(), before(*frame));
    return turn;
}

// Read as if it were sound; what it told is marked, and the fault counts all the same.
Turn Dialogue::hear_unsound(const Frame& frame, Instant received) {
    const elock::Before before_it = before(frame);
    Turn heard = hear_frame(frame, received);
    for (Sighting& seen : heard.seen) seen.unsound = true;
    Turn turn;
    turn.refused.push_back(
        refuse(Fault::bad_checksum, kept_bytes(frame, profile_of_speaker(), before_it)));
    if (!speaker_) turn.refused.back().number = terminal_number(frame.head);
    turn.add(std::move(heard));
    return turn;
}

bool Dialogue::accepts_bad_checksum(const Frame& frame) const {
    if (speaker_) {
        return terminal_number(frame.head) == number_ && speaker_->profile.accept_bad_checksum;
    }
    const auto enrolled = find(frame.head);
    return enrolled && enrolled->profile.accept_bad_checksum;
}

Bytes Dialogue::Context::kept() const { return kept_bytes(frame, enrolled.profile, before); }

Refused Dialogue::Context::refuse(Fault fault) const { return jtt808::refuse(fault, kept()); }

Turn Dialogue::hear_frame(const Frame& frame, Instant received) {
    if (speaker_) {
        const bool is_speaker = terminal_number(frame.head) == number_;
        return is_speaker ? hear_speaker(frame, received)
                          : turned_away(frame, Fault::not_authenticated, speaker_->profile);
    }
    return hear_unknown(frame, received);
}

// Nobody's text is looked for in a photo.
elock::Before Dialogue::before(const Frame& frame) const {
    if (frame.head.id == Media::id) return {};
    if (frame.head.part) return reassembly_.before(frame);
    return passed_on(frame).empty() ? elock::Before{} : passed_on_;
}

Turn Dialogue::hear_speaker(const Frame& frame, Instant received) {
    last_ = frame.head;
    const elock::Before before_it = before(frame);
    const Context context{frame, *speaker_, received, before_it};
    Turn turn = hear_kept_or_not(context);
    if (const ByteView text = passed_on(frame); !text.empty()) move_on(passed_on_, text);
    return turn;
}

Turn Dialogue::hear_kept_or_not(const Context& context) {
    const Frame& frame = context.frame;
    Bytes kept = without_long_tail(context.kept(), frame);
    if (!fits(kept.size(), context.received)) return hear_beyond_budget(context);
    Turn turn;
    if (kept.size() < frame.bytes.size()) {
        turn.refused.push_back(context.refuse(Fault::trailing_bytes));
    }
    turn.frames.push_back(std::move(kept));
    turn.add(hear_admitted(context));
    return turn;
}

Turn Dialogue::hear_admitted(const Context& context) {
    const Frame& frame = context.frame;
    if (is_lock_report(frame.head.id)) return hear_lock(context);
    if (frame.head.encryption() != 0) {
        // No public description of the cipher suffices to read it; the archive keeps it.
        Turn turn = answered({.turn = {}, .outcome = Outcome::unsupported}, frame.head);
        turn.refused.push_back(context.refuse(Fault::unknown_message));
        return turn;
    }
    if (frame.head.part) return hear_part(context);
    return answered(understand(context), frame.head);
}

bool Dialogue::fits(std::size_t bytes, Instant received) const {
    return !allowance_ || allowance_(speaker_->terminal, bytes, received);
}

// Nothing of it is kept, so nothing is confirmed: the terminal has it for another day. A lock's
// report has no answer but that it was taken.
Turn Dialogue::hear_beyond_budget(const Context& context) {
    const Header& head = context.frame.head;
    if (keeps_nothing(head)) return answered(understand(context), head);
    Turn turn;
    turn.refused.push_back(context.refuse(Fault::over_budget));
    turn.reply = acknowledge(head, head.serial, Outcome::failed);
    return turn;
}

Turn Dialogue::hear_lock(const Context& context) {
    Turn turn;
    auto seen = sightings_of(context.frame, context.enrolled.profile, number_, context.received);
    if (seen) {
        turn.seen = std::move(*seen);
    } else {
        turn.refused.push_back(context.refuse(seen.error()));
    }
    // A lock repeats for ever what nobody acknowledges, and so never sends what lies behind it.
    turn.reply = lock_answer(context.frame.head);
    return turn;
}

// A part is acknowledged when it comes, for there are terminals that send the next one only then.
// The last in order has no next one: it is acknowledged with the message, whichever part completes
// that, so that a terminal whose earlier parts were lost (acknowledged on a line that was cut)
// keeps the message. The standard leaves open whether parts or messages are acknowledged.
Turn Dialogue::hear_part(const Context& context) {
    const Frame& part = context.frame;
    const std::uint16_t serial = part.head.serial;
    const auto added = reassembly_.add(part, context.received);
    Turn turn;
    if (!added) {
        turn.refused.push_back(context.refuse(added.error()));
        turn.reply = acknowledge(part.head, serial, Outcome::failed);
        return turn;
    }
    const bool is_last = part.head.part->index == part.head.part->total;
    if (!*added) {
        if (!is_last) turn.reply = acknowledge(part.head, serial, Outcome::done);
        return turn;
    }
    const Whole& whole = **added;
    if (whole.message.bytes.empty()) {  // it was finished before, and its answer was lost
        turn.reply = acknowledge(part.head, serial, whole.outcome);
        const bool is_taken = part.head.id == Media::id && whole.outcome == Outcome::done;
        if (is_taken) turn.add(media_taken(part.head, whole.opening));
        return turn;
    }
    const elock::Before nothing;
    Heard heard = understand({whole.message, *speaker_, context.received, nothing});
    const Outcome outcome = heard.outcome.value_or(Outcome::done);
    reassembly_.answered(whole, outcome);
    turn.reply = acknowledge(part.head, serial, outcome);
    if (!is_last) {
        Turn last;
        last.reply = acknowledge(part.head, whole.serials.back(), outcome);
        turn.add(std::move(last));
    }
    turn.add(std::move(heard.turn));
    return turn;
}

Bytes Dialogue::say(const Header& to, const Message& message) {
    Header head = answer_header(to);
    head.serial = next_serial_++;
    return seal_message(head, message);
}

Bytes Dialogue::acknowledge(const Header& to, std::uint16_t serial, Outcome outcome) {
    if (!wants_answer(to.id) || is_lock_report(to.id)) return {};
    return say(to, PlatformReply{.serial = serial, .message = to.id, .outcome = outcome});
}

Turn Dialogue::answered(Heard heard, const Header& to) {
    if (heard.outcome) heard.turn.reply = acknowledge(to, to.serial, *heard.outcome);
    return std::move(heard.turn);
}

}  // namespace liuhen::telematics::jtt808
