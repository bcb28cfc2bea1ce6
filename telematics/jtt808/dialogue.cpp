#include "telematics/jtt808/dialogue.hpp"

#include "base/hash.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/lock_report.hpp"
#include "telematics/jtt808/manners.hpp"
#include "telematics/jtt808/secrets.hpp"
#include "telematics/octets.hpp"
#include "telematics/profile.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

bool is_platform_message(std::uint16_t id) { return id >= 0x8000; }
// A reply to a reply would never end.
bool wants_answer(std::uint16_t id) { return id != TerminalReply::id && !is_platform_message(id); }

// What a refused piece would be with a wrong checksum, or with the one-byte serial of a lock.
std::optional<Frame> frame_in(const BadView& bad) {
    const Bytes bytes{bad.bytes.begin(), bad.bytes.end()};
    auto lock = parse_lock_frame(bytes, Checksum::ignored);
    if (lock) return std::move(*lock);
    auto frame = parse_frame(bytes, Checksum::ignored, bad.wrapping);
    return frame ? std::optional{std::move(*frame)} : std::nullopt;
}

// The identity of an entry without time: all of its frame, and which entry of it.
std::uint64_t undated_hash(std::uint64_t frame, std::size_t index) {
    Writer w;
    w.u32(static_cast<std::uint32_t>(frame >> 32U)).u32(static_cast<std::uint32_t>(frame));
    w.u16(static_cast<std::uint16_t>(index));
    return hash64(w.view());
}

}  // namespace

Turn Dialogue::hear(ByteView chunk, Instant received) {
    Turn turn;
    if (closed_) return turn;
    // The operator may have changed how the speaker is to be read since it last spoke.
    if (auto now = speaker_ ? find(number_) : std::nullopt) speaker_->profile = now->profile;
    scanner_.feed(chunk);
    while (!turn.hang_up) {
        const auto piece = scanner_.take();
        if (!piece) break;
        Turn next = std::visit([&](const auto& one) { return hear_piece(one, received); }, *piece);
        if (!speaker_) refused_before_ += next.refused.size();
        turn.add(std::move(next));
        const bool tired = !speaker_ && refused_before_ >= patience_with_strangers;
        turn.hang_up = turn.hang_up || tired || turn.refused.size() >= most_refused_in_chunk;
    }
    closed_ = turn.hang_up;
    return turn;
}

std::optional<TerminalId> Dialogue::speaker() const {
    if (!speaker_) return std::nullopt;
    return speaker_->terminal;
}

const Profile* Dialogue::profile() const { return speaker_ ? &speaker_->profile : nullptr; }

Turn Dialogue::hear_piece(const FrameView& frame, Instant received) {
    return hear_frame(owned(frame), received);
}

Turn Dialogue::hear_piece(const TextView& text, Instant) {
    Turn turn;
    turn.refused.push_back(refuse(Fault::not_a_frame, text.bytes));
    return turn;
}

Turn Dialogue::hear_piece(const BadView& bad, Instant received) {
    if (bad.fault == Fault::bad_checksum || bad.fault == Fault::bad_length) {
        const auto frame = frame_in(bad);
        const bool sound = frame && xor_of(frame->bytes) == std::byte{0};
        if (frame && (sound || accepts_bad_checksum(*frame))) return hear_frame(*frame, received);
    }
    Turn turn;
    turn.refused.push_back(refuse(bad.fault, bad.bytes));
    return turn;
}

std::optional<Enrolled> Dialogue::find(std::string_view number) const {
    auto enrolled = enrolment_(number);
    if (enrolled) enrolled->profile = completed(std::move(enrolled->profile));
    return enrolled;
}

bool Dialogue::accepts_bad_checksum(const Frame& frame) const {
    const std::string number = terminal_number(frame.head);
    if (speaker_) return number == number_ && speaker_->profile.accept_bad_checksum;
    const auto enrolled = find(number);
    return enrolled && enrolled->profile.accept_bad_checksum;
}

Turn Dialogue::hear_frame(const Frame& frame, Instant received) {
    const std::string number = terminal_number(frame.head);
    if (speaker_) {
        if (number != number_) return turned_away(frame, Fault::not_authenticated);
        return hear_speaker(frame, received);
    }
    auto enrolled = find(number);
    if (!enrolled) return hear_stranger(frame);
    return hear_newcomer(frame, std::move(*enrolled), received);
}

Turn Dialogue::hear_stranger(const Frame& frame) {
    Turn turn = turned_away(frame, Fault::unknown_terminal);
    if (frame.head.id == Register::id) {
        turn.reply = say(frame.head, RegisterReply{.serial = frame.head.serial,
                                                   .result = Registration::no_such_terminal,
                                                   .code = {}});
    }
    turn.hang_up = frame.head.id == Authenticate::id;
    return turn;
}

Turn Dialogue::hear_newcomer(const Frame& frame, Enrolled enrolled, Instant received) {
    if (enrolled.profile.speaks_before_authentication) {
        number_ = terminal_number(frame.head);
        speaker_ = std::move(enrolled);
        return hear_speaker(frame, received);
    }
    const bool introduces_itself =
        frame.head.id == Register::id || frame.head.id == Authenticate::id;
    if (!introduces_itself || frame.head.part || frame.head.encryption() != 0) {
        return turned_away(frame, Fault::not_authenticated);
    }
    Heard heard = understand({frame, enrolled, received});
    if (frame.head.id == Authenticate::id && heard.outcome == Outcome::done) {
        number_ = terminal_number(frame.head);
        speaker_ = std::move(enrolled);
        heard.turn.frames.push_back(frame.bytes);
    }
    return answered(std::move(heard), frame.head);
}

Turn Dialogue::hear_speaker(const Frame& frame, Instant received) {
    Turn turn;
    turn.frames.push_back(kept_bytes(frame, speaker_->profile));
    if (is_lock_report(frame.head.id)) {
        turn.add(hear_lock(frame, received));
    } else if (frame.head.encryption() != 0) {
        // No public description of the cipher suffices to read it; the archive keeps it.
        turn.refused.push_back(refuse(Fault::unknown_message, frame.bytes));
        turn.add(answered({.turn = {}, .outcome = Outcome::unsupported}, frame.head));
    } else if (frame.head.part) {
        turn.add(hear_part(frame, received));
    } else {
        turn.add(answered(understand({frame, *speaker_, received}), frame.head));
    }
    for (Refused& one : turn.refused) {
        if (one.bytes == frame.bytes) one.bytes = turn.frames.front();
    }
    return turn;
}

Turn Dialogue::hear_lock(const Frame& frame, Instant received) {
    Turn turn;
    auto seen = sightings_of(frame, speaker_->profile, number_, received);
    if (seen) {
        turn.seen = std::move(*seen);
    } else {
        turn.refused.push_back(refuse(seen.error(), frame.bytes));
    }
    // A lock repeats for ever what nobody acknowledges, and so never sends what lies behind it.
    turn.reply = lock_answer(frame.head);
    return turn;
}

Turn Dialogue::hear_part(const Frame& part, Instant received) {
    const auto added = reassembly_.add(part, received);
    if (!added) {
        Turn turn;
        turn.refused.push_back(refuse(added.error(), part.bytes));
        turn.reply = acknowledge(part.head, part.head.serial, Outcome::failed);
        return turn;
    }
    if (!*added) return {};
    // Only now is the content on its way to be stored, so only now are the parts acknowledged.
    const Whole& whole = **added;
    Heard heard{.turn = {}, .outcome = Outcome::done};
    if (!whole.message.bytes.empty()) heard = understand({whole.message, *speaker_, received});
    if (!heard.outcome) return std::move(heard.turn);
    for (const std::uint16_t serial : whole.serials) {
        const Bytes reply = acknowledge(part.head, serial, *heard.outcome);
        heard.turn.reply.insert(heard.turn.reply.end(), reply.begin(), reply.end());
    }
    return std::move(heard.turn);
}

Dialogue::Heard Dialogue::understand(const Context& context) {
    const Frame& frame = context.frame;
    const auto message = decode(frame.head.id, frame.head.edition, frame.body());
    if (message) {
        return std::visit([&](const auto& m) { return on(m, context); }, *message);
    }
    Heard heard{.turn = {}, .outcome = Outcome::bad_message};
    heard.turn.refused.push_back(refuse(message.error(), frame.bytes));
    return heard;
}

Dialogue::Heard Dialogue::on(const Register& m, const Context& context) {
    Heard heard;
    RegisterReply reply{.serial = context.frame.head.serial,
                        .result = Registration::done,
                        .code = context.enrolled.auth_code};
    const bool has_plate = m.plate_colour != 0;
    if (has_plate && !may_be_same_plate(m.plate, context.enrolled.plate)) {
        reply.result = Registration::no_such_vehicle;
        heard.turn.refused.push_back(refuse(Fault::bad_value, context.frame.bytes));
    }
    heard.turn.reply = say(context.frame.head, reply);
    return heard;
}

Dialogue::Heard Dialogue::on(const Authenticate& m, const Context& context) {
    if (is_code(context.enrolled.auth_code, m.code)) return {.turn = {}, .outcome = Outcome::done};
    Heard heard{.turn = {}, .outcome = Outcome::failed};
    heard.turn.refused.push_back(refuse(Fault::wrong_code, context.frame.bytes));
    heard.turn.hang_up = true;
    return heard;
}

Dialogue::Heard Dialogue::on(const Heartbeat&, const Context&) {
    return {.turn = {}, .outcome = Outcome::done};
}
Dialogue::Heard Dialogue::on(const Unregister&, const Context&) {
    return {.turn = {}, .outcome = Outcome::done};
}
Dialogue::Heard Dialogue::on(const TerminalReply&, const Context&) { return {}; }

Dialogue::Heard Dialogue::on(const Position& m, const Context& context) {
    Heard heard{.turn = {}, .outcome = Outcome::done};
    const bool undated = has_no_time(m);
    auto seen = sightings_of(m, context.enrolled.profile,
                             {.received = context.received,
                              .hash = hash64(context.frame.body()),
                              .undated_hash = undated ? hash64(context.frame.bytes) : 0,
                              .lock = terminal_number(context.frame.head)});
    if (seen) {
        heard.turn.seen = std::move(*seen);
    } else {
        heard.outcome = Outcome::bad_message;
        heard.turn.refused.push_back(refuse(seen.error(), context.frame.bytes));
    }
    return heard;
}

Dialogue::Heard Dialogue::on(const Batch& m, const Context& context) {
    Heard heard;
    Turn& turn = heard.turn;
    const std::uint64_t frame_hash = hash64(context.frame.bytes);
    for (std::size_t index = 0; index < m.bodies.size(); ++index) {
        const Bytes& body = m.bodies[index];
        const auto position = view_position(body);
        Result<std::vector<Sighting>, Fault> seen = fail(Fault::truncated);
        if (position) {
            seen = sightings_of(*position, context.enrolled.profile,
                                {.received = context.received,
                                 .message = Batch::id,
                                 .backlog = m.kind == Batch::blind_area,
                                 .hash = hash64(body),
                                 .undated_hash = undated_hash(frame_hash, index),
                                 .lock = terminal_number(context.frame.head)});
        }
        if (seen) {
            std::ranges::move(*seen, std::back_inserter(turn.seen));
        } else {
            turn.refused.push_back(refuse(seen.error(), body));
        }
    }
    if (m.bodies.size() < m.announced) {
        turn.refused.push_back(refuse(Fault::truncated, context.frame.bytes));
    }
    // A terminal would send a refused batch for ever, and its good entries with it.
    heard.outcome =
        turn.seen.empty() && !turn.refused.empty() ? Outcome::bad_message : Outcome::done;
    return heard;
}

template <class Other>
Dialogue::Heard Dialogue::on(const Other&, const Context& context) {
    Heard heard{.turn = {}, .outcome = Outcome::unsupported};
    heard.turn.refused.push_back(refuse(Fault::unknown_message, context.frame.bytes));
    return heard;
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

Turn Dialogue::turned_away(const Frame& frame, Fault fault) {
    Turn turn;
    turn.refused.push_back(refuse(fault, frame.bytes));
    turn.reply = acknowledge(frame.head, frame.head.serial, Outcome::failed);
    return turn;
}

}  // namespace liuhen::telematics::jtt808
