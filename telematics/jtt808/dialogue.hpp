// One terminal's conversation, without a socket: hear a chunk of bytes, learn what was seen, what
// to archive, what to answer; be told orders, and learn what became of them.
#pragma once

#include "telematics/command.hpp"
#include "telematics/elock/dialogue.hpp"
#include "telematics/elock/passwords.hpp"
#include "telematics/jtt808/messages.hpp"
#include "telematics/jtt808/orders.hpp"
#include "telematics/jtt808/reassembly.hpp"
#include "telematics/jtt808/scanner.hpp"
#include "telematics/turn.hpp"

#include <list>
#include <map>
#include <optional>

namespace liuhen::telematics::jtt808 {

/// What brings the bytes: a stream of the device's own, or datagrams, on which anybody can write
/// its address.
enum class Carrier : std::uint8_t { stream, datagrams };

/// Whether the terminal (`Enrolled::terminal`) has sent its code lately, on whatever line. Called
/// on the session's thread; must not block.
using Proofs = std::function<bool(const TerminalId& terminal)>;
/// Grows with every change of what the enrolment answers, for anybody. Called on the session's
/// thread; must not block.
using Registers = std::function<std::uint64_t()>;

/// Guesses at what a terminal says of itself when it registers. Called on the session's thread;
/// must not block.
struct Tries {
    /// Whether a registration is judged on this line: not where too many wrong ones came from
    /// lately.
    std::function<bool(const TerminalId& terminal)> judged{};
    /// One was wrong just now; asked for the next one, `judged` knows of it.
    std::function<void(const TerminalId& terminal)> wrong{};
};

/// Rules, in full in docs/wire-jtt808.md: a terminal registers and authenticates before anything
/// it says counts, unless its profile lets it speak at once and it has not sent its code lately;
/// from then on the session belongs to that terminal alone. Answers and orders go out
/// in the edition of its last frame, with the phone bytes of that frame.
class Dialogue {
public:
    /// Refused pieces in a row after which a session that never authenticated is closed; once there
    /// is a speaker, its profile's patience counts.
    static constexpr std::size_t patience_with_strangers = 10;
    /// Refused pieces in one chunk after which any session is closed. Over datagrams they close
    /// none whose speaker has proved itself: the rest of the chunk is passed over.
    static constexpr std::size_t most_refused_in_chunk = 100;

    /// Without an `allowance` everything is kept; without `registers` the speaker is looked up anew
    /// for each chunk, else only after a change.
    /// The platform's messages are numbered from `first_serial`: lines of one terminal that begin
    /// differently do not take a late answer to an order of an earlier line for one of their own.
    explicit Dialogue(Enrolment enrolment, RetryPlan plan = {}, std::uint16_t first_serial = 0,
                      Carrier carrier = Carrier::stream, Proofs proofs = {},
                      Allowance allowance = {}, Registers registers = {}, Tries tries = {})
        : enrolment_(std::move(enrolment)),
          carrier_(carrier),
          proofs_(std::move(proofs)),
          allowance_(std::move(allowance)),
          registers_(std::move(registers)),
          tries_(std::move(tries)),
          orders_(plan),
          spoken_(plan),
          next_serial_(first_serial) {}

    /// Everything that this chunk completed. What `seen` and `frames` hold belongs to `speaker()`
    /// as it is after the call. After a turn that hangs up nothing more is heard.
    Turn hear(ByteView chunk, Instant received);

    /// The bytes that say an order, to be sent at once. `not_ready` without a speaker.
    Result<Bytes, Untold> tell(const Order& order, Uptime now);
    /// Whether tell() would be `busy`: until another order is answered or given up.
    [[nodiscard]] bool must_wait(const Order& order) const;
    /// An order that the terminal took on an earlier line, said under that serial: its specific
    /// answer is awaited here. Once there is a speaker.
    void resume(const Order& order, std::uint16_t serial, Uptime now);
    /// Orders said again or given up, missing parts asked for, long messages given up.
    Turn tick(Uptime now);
    /// The order is over for the platform: it is not said again; a late answer still is its own.
    void silence(std::string_view order);
    /// When tick() is next of use; what lies in the past is due now. Empty: never.
    [[nodiscard]] std::optional<Uptime> due() const;

    /// The terminal this session belongs to, once it is known and may speak.
    [[nodiscard]] std::optional<TerminalId> speaker() const;
    /// Its profile; nullptr as long as there is no speaker.
    [[nodiscard]] const Profile* profile() const;
    /// Whether the speaker has sent its code; who speaks because its profile lets it has not.
    [[nodiscard]] bool has_proved_itself() const { return proved_; }
    /// Whether somebody asked for a code here (0x0100), and perhaps got it.
    [[nodiscard]] bool has_asked_for_code() const { return asked_for_code_; }

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
        const elock::Before& before;  // what the text that the frame passes on may continue

        [[nodiscard]] Bytes kept() const;  // the frame as it may be kept
        [[nodiscard]] Refused refuse(Fault fault) const;
    };

    // dialogue.cpp: from pieces to messages.
    void look_up_speaker();
    Turn hear_piece(const FrameView& frame, Instant received);
    Turn hear_piece(const BadView& bad, Instant received);
    Turn hear_unsound(const Frame& frame, Instant received);
    Turn hear_frame(const Frame& frame, Instant received);
    Turn hear_speaker(const Frame& frame, Instant received);
    Turn hear_kept_or_not(const Context& context);
    Turn hear_admitted(const Context& context);
    Turn hear_beyond_budget(const Context& context);
    [[nodiscard]] bool fits(std::size_t bytes, Instant received) const;
    Turn hear_lock(const Context& context);
    Turn hear_part(const Context& context);
    [[nodiscard]] elock::Before before(const Frame& frame) const;
    [[nodiscard]] bool accepts_bad_checksum(const Frame& frame) const;
    [[nodiscard]] const Profile& profile_of_speaker() const;  // the standard without a speaker
    [[nodiscard]] std::size_t patience() const;
    [[nodiscard]] bool is_borne_with() const;
    Bytes say(const Header& to, const Message& message);
    Bytes acknowledge(const Header& to, std::uint16_t serial, Outcome outcome);
    Turn answered(Heard heard, const Header& to);

    // dialogue_access.cpp: who may speak.
    [[nodiscard]] std::optional<Enrolled> find(const Header& head) const;
    [[nodiscard]] bool may_speak_at_once(const Enrolled& enrolled) const;
    [[nodiscard]] bool may_register_first(const Enrolled& enrolled) const;
    Turn hear_unknown(const Frame& frame, Instant received);
    Turn hear_stranger(const Frame& frame);
    Turn hear_newcomer(const Frame& frame, Enrolled enrolled, Instant received);
    Turn turned_away(const Frame& frame, Fault fault, const Profile& profile);
    [[nodiscard]] Registration judge(const Registered& said, const Enrolled& enrolled,
                                     const Registered* before) const;
    void count_wrong(const Enrolled& enrolled) const;
    Heard on(const Register& m, const Context& context);
    Heard on(const Authenticate& m, const Context& context);

    // dialogue_texts.cpp: texts of a lock between the frames.
    Turn hear_piece(const TextView& text, Instant received);

    // dialogue_messages.cpp: what each message comes to.
    Heard understand(const Context& context);
    Heard hear_position(const Position& m, ByteView body, const Context& context);
    Heard on(const Position& m, const Context& context);
    Heard on(const Batch& m, const Context& context);
    Heard on(const PositionReply& m, const Context& context);
    Heard on(const VehicleControlReply& m, const Context& context);
    Heard on(const TerminalReply& m, const Context& context);
    Heard on(const TimeQuery& m, const Context& context);
    Heard on(const Unknown& m, const Context& context);
    template <class Other>
    Heard on(const Other& m, const Context& context);

    // dialogue_media.cpp: media, and parts that do not come.
    Heard on(const MediaEvent& m, const Context& context);
    Heard on(const Media& m, const Context& context);
    Heard hear_packet(const Media& packet, const Context& context);
    Heard hear_medium(const Media& m, const Context& context);
    Turn media_taken(const Header& to, std::uint32_t medium);
    Turn ask_for_parts(Uptime now);
    Bytes ask_for(const Missing& missing);

    // dialogue_orders.cpp: what the platform wants.
    Heard on(const TerminalMissingParts& m, const Context& context);
    [[nodiscard]] Layout form() const;
    Result<Bytes, Untold> tell_frames(const Order& order, const Message& message, Uptime now);
    void learn_form(const Message& message);

    Enrolment enrolment_;
    Carrier carrier_;
    Proofs proofs_;
    Allowance allowance_;
    Registers registers_;
    std::optional<std::uint64_t> looked_up_;  // the registers, when the speaker was
    Tries tries_;
    FrameScanner scanner_;
    Reassembly reassembly_;
    Orders orders_;
    Outstanding spoken_;                    // orders said as texts
    std::optional<elock::Dialogue> texts_;  // reads the speaker's texts, once there are any
    std::optional<Enrolled> speaker_;
    bool proved_ = false;                           // by its code
    bool asked_for_code_ = false;                   // by 0x0100, whatever came of it
    std::string number_;                            // the number the speaker goes by
    std::string introduced_;                        // under which somebody wanted to become it
    std::optional<Header> last_;                    // of the speaker's last frame
    bool is_2011_ = false;                          // it has sent bodies of that edition
    std::list<MediaHead> announced_;                // media of which 0x0800 told, latest last
    std::map<std::string, Registered> registered_;  // by number, until enrolment knows it
    elock::Before strays_;     // a text may go on in the next piece that is no frame
    elock::Before passed_on_;  // and in the next message that passes one on
    std::uint16_t next_serial_;
    std::size_t refused_in_a_row_ = 0;
    bool closed_ = false;
};

}  // namespace liuhen::telematics::jtt808
