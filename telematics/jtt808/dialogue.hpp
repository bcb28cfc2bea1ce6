// One terminal's conversation, without a socket: hear a chunk of bytes, learn what was seen, what
// to archive, what to answer.
#pragma once

#include "telematics/jtt808/messages.hpp"
#include "telematics/jtt808/reassembly.hpp"
#include "telematics/jtt808/scanner.hpp"
#include "telematics/turn.hpp"

#include <optional>

namespace liuhen::telematics::jtt808 {

/// Rules, in full in docs/wire-jtt808.md: a terminal registers and authenticates before anything
/// it says counts, unless its profile lets it speak at once; from then on the session belongs to
/// that terminal alone. Answers go out in its edition with its phone bytes.
class Dialogue {
public:
    /// Refused pieces after which a session that never authenticated is closed.
    static constexpr std::size_t patience_with_strangers = 10;
    /// Refused pieces in one chunk after which any session is closed.
    static constexpr std::size_t most_refused_in_chunk = 100;

    explicit Dialogue(Enrolment enrolment) : enrolment_(std::move(enrolment)) {}

    /// Everything that this chunk completed. What `seen` and `frames` hold belongs to `speaker()`
    /// as it is after the call. After a turn that hangs up nothing more is heard.
    Turn hear(ByteView chunk, Instant received);

    /// The terminal this session belongs to, once it is known and may speak.
    [[nodiscard]] std::optional<TerminalId> speaker() const;
    /// Its profile; nullptr as long as there is no speaker.
    [[nodiscard]] const Profile* profile() const;

private:
    // What one message came to, and the result of the general reply it wants, if any.
    struct Heard {
        Turn turn;
        std::optional<Outcome> outcome;
    };
    struct Context {
        const Frame& frame;
        const Enrolled& enrolled;
        Instant received;
    };

    Turn hear_piece(const FrameView& frame, Instant received);
    Turn hear_piece(const TextView& text, Instant received);
    Turn hear_piece(const BadView& bad, Instant received);
    Turn hear_frame(const Frame& frame, Instant received);
    Turn hear_stranger(const Frame& frame);
    Turn hear_newcomer(const Frame& frame, Enrolled enrolled, Instant received);
    Turn hear_speaker(const Frame& frame, Instant received);
    Turn hear_part(const Frame& part, Instant received);
    Turn hear_lock(const Frame& frame, Instant received);
    Heard understand(const Context& context);

    Heard on(const Register& m, const Context& context);
    Heard on(const Authenticate& m, const Context& context);
    Heard on(const Heartbeat& m, const Context& context);
    Heard on(const Unregister& m, const Context& context);
    Heard on(const Position& m, const Context& context);
    Heard on(const Batch& m, const Context& context);
    Heard on(const TerminalReply& m, const Context& context);
    // Everything without a rule of its own: not supported.
    template <class Other>
    Heard on(const Other& m, const Context& context);

    [[nodiscard]] std::optional<Enrolled> find(std::string_view number) const;
    [[nodiscard]] bool accepts_bad_checksum(const Frame& frame) const;
    Bytes say(const Header& to, const Message& message);
    Bytes acknowledge(const Header& to, std::uint16_t serial, Outcome outcome);
    Turn answered(Heard heard, const Header& to);
    Turn turned_away(const Frame& frame, Fault fault);

    Enrolment enrolment_;
    FrameScanner scanner_;
    Reassembly reassembly_;
    std::optional<Enrolled> speaker_;
    std::string number_;  // the number the speaker goes by
    std::uint16_t next_serial_ = 0;
    std::size_t refused_before_ = 0;
    bool closed_ = false;
};

}  // namespace liuhen::telematics::jtt808
