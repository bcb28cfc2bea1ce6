// One lock's conversation, without a socket: hear bytes, learn what was seen and what to answer.
#pragma once

#include "telematics/elock/eseal.hpp"
#include "telematics/elock/passwords.hpp"
#include "telematics/elock/report.hpp"
#include "telematics/elock/sentence.hpp"
#include "telematics/outstanding.hpp"
#include "telematics/turn.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace liuhen::telematics::elock {

/// Bytes that a peer who has not named itself may waste before it is hung up on.
inline constexpr std::size_t max_stray_before_name = 1024;

/// The first piece names the lock; there is no other log-in. A lock that is not enrolled gets no
/// answer and is hung up on (`unknown_terminal`); a later piece under another number is
/// `not_authenticated` and gets no answer. A piece that is whole but cannot be read is refused and
/// still acknowledged, for a lock repeats for ever what nobody acknowledges.
class Dialogue {
public:
    /// Without an `allowance` everything is kept. What does not fit is refused (`over_budget`) and
    /// not answered, for a lock keeps what nobody acknowledges; answers to orders count all the
    /// same.
    explicit Dialogue(Enrolment enrolment, RetryPlan plan = {}, Allowance allowance = {});

    /// Everything that `chunk`, received at `received`, completes. `Turn::frames` holds the pieces
    /// of the named lock with passwords overwritten.
    Turn hear(std::span<const std::byte> chunk, Instant received);
    /// The lock, once it has named itself and was found.
    [[nodiscard]] std::optional<TerminalId> speaker() const;

    /// The bytes that give the lock this order. One order of a name may be open at a time; what
    /// opens the lock is said once, everything else again until it is answered. Faults as in
    /// `spoken_order`, `busy`, and `not_ready` before the lock has named itself.
    Result<Bytes, Untold> tell(const Order& order, Uptime now);
    /// Whether tell() would be `busy`: until another order is answered or given up.
    [[nodiscard]] bool must_wait(const Order& order) const;
    /// Repetitions and orders given up.
    Turn tick(Uptime now) { return open_.tick(now); }
    /// The order is over for the platform: it is not said again; a late answer still is its own.
    void silence(std::string_view order) { open_.silence(order); }
    /// When tick() is next of use.
    [[nodiscard]] std::optional<Uptime> due() const { return open_.due(); }

private:
    [[nodiscard]] Result<Spoken, Untold> words_of(const Order& order) const;
    Turn hear_piece(const Piece& piece, Instant received);
    Turn hear_admitted(const Piece& piece, Instant received);
    Turn hear_beyond_budget(const Piece& piece);
    Turn hear_report(const Piece& piece, Instant received);
    Turn hear_text(const Piece& piece, Instant received);
    Turn hear_seal(const Piece& piece, Instant received);
    Turn hear_unlock(const Piece& piece, const Sentence& sentence, Instant received) const;
    Turn hear_slave(const Piece& piece, const Sentence& sentence, Instant received) const;
    std::optional<Fault> admit(std::string_view number);

    Enrolment enrolment_;
    Allowance allowance_;
    FrameScanner scanner_;
    Outstanding open_;
    std::string number_;                       // as the lock sends it
    std::optional<Enrolled> enrolled_;         // empty until it has named itself
    std::uint8_t protocol_ = jt701d_protocol;  // of its last binary report
    std::optional<SealText> seal_;             // its last text, when it is an electronic seal
    std::size_t stray_bytes_ = 0;
    Before strays_;  // a text may go on in the next of them
};

}  // namespace liuhen::telematics::elock
