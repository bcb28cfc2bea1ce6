// Messages that were too long for one frame, put together again within limits, and what to ask for
// when a part of them does not come.
#pragma once

#include "base/time.hpp"
#include "telematics/command.hpp"
#include "telematics/elock/passwords.hpp"
#include "telematics/jtt808/frame.hpp"
#include "telematics/jtt808/messages.hpp"

#include <list>
#include <map>
#include <optional>
#include <vector>

namespace liuhen::telematics::jtt808 {

/// A message made of several frames. The bytes have the header of part 1, the whole body and no
/// checksum, whatever the order in which the parts came.
struct Whole {
    Frame message;                          ///< empty: a part of it came again
    std::vector<std::uint16_t> serials;     ///< of all parts in order
    std::optional<std::uint32_t> medium{};  ///< see Reassembly::add
    std::uint32_t opening{};                ///< the first four bytes of the body
    std::uint64_t number{};                 ///< by which Reassembly::answered knows it
    Outcome outcome = Outcome::done;        ///< when a part came again: what was answered()
};

/// Parts that a message lacks and that nobody has sent for a while.
struct Missing {
    Header head;                             ///< of the part that came last
    std::uint16_t first_serial{};            ///< of part 1, here or not
    std::vector<std::uint16_t> indexes;      ///< at most `Reassembly::most_asked`
    std::optional<std::uint32_t> medium{};   ///< see Reassembly::add
    std::optional<std::uint32_t> opening{};  ///< when part 1 came and has four bytes
};

/// What is to be done about unfinished messages.
struct Overdue {
    std::vector<Missing> missing;  ///< to be asked for
    std::vector<Frame> given_up;   ///< one part of each message that was forgotten
};

/// What one terminal has sent of unfinished messages. A message is known by phone, id, serial of
/// its first part and number of parts.
///
/// Two messages may bear the same marks: serials wrap, restart, or never count. Two photos must
/// not become one that nobody took, so content decides wherever it can:
/// - Two contents for one place of an unfinished message: nobody can say to which of them the other
///   parts belong, those to come either. All is let go, and refused until the terminal has been
///   silent for `first_wait`; then every part is asked for, and what comes counts.
/// - Other content than that of a finished message begins a new one. Parts that are those of the
///   finished one are its repeats, until they are asked for as missing in the new one.
/// Messages that never send the same place cannot be told apart.
class Reassembly {
public:
    static constexpr std::uint16_t max_parts = 4096;  ///< of one message
    /// Counted for each part beside its body, so that many empty ones are no way around the limit.
    static constexpr std::size_t part_overhead = 128;
    /// Of one message: a medium of 2 MiB and the longest head of 0x0801.
    static constexpr std::size_t max_body = 2 * 1024 * 1024 + 36;
    /// Of all unfinished messages together: bodies of 2 MiB in parts of 1 KiB, or of 513 bytes.
    static constexpr std::size_t max_bytes = 2 * 1024 * 1024 + max_parts * part_overhead;
    static constexpr std::size_t max_messages = 8;       ///< unfinished at a time
    static constexpr std::chrono::seconds patience{60};  ///< since a message's latest new part
    /// Silence after which missing parts are asked for; then twice, and three times that after it.
    static constexpr std::chrono::seconds first_wait{5};
    static constexpr int most_requests = 3;         ///< since the latest new part
    static constexpr std::size_t most_asked = 255;  ///< parts in one request
    /// How long a finished message is remembered, to answer its parts again.
    static constexpr std::chrono::seconds repeat_window{120};
    static constexpr std::size_t finished_messages = 16;  ///< remembered at most
    static constexpr std::size_t refused_messages = 16;   ///< too large; remembered at most
    static constexpr std::size_t finished_parts = 8192;   ///< of these together, 8 bytes each
    /// How far before() looks back, so that it costs no more than the part itself does.
    static constexpr std::uint16_t parts_before = 32;
    static constexpr std::size_t bytes_before = 16 * 1024;

    /// Adds a part. The whole message once nothing is missing, nullopt before. A part that is here
    /// already, or whose message was finished lately, gives a `Whole` with an empty message and its
    /// own serial when the message is finished (its answer was lost), else nullopt.
    /// bad_part: no such place in the message, a limit exceeded (the message is forgotten), a part
    /// of one that exceeded the bytes (until part 1 comes again, or none for `patience`), or other
    /// content than the same part had before (all of it is let go, see above).
    Result<std::optional<Whole>, Fault> add(const Frame& part, Instant now);
    /// The same for the 2011 way to send a medium, which counts packets in the body: `packet` has
    /// their count in its head and only their data as its body, `medium` is what they are of.
    Result<std::optional<Whole>, Fault> add(const Frame& packet, std::uint32_t medium, Instant now);

    /// The bodies of the parts directly before this one, of at most `parts_before` and
    /// `bytes_before` of them; `whole` when the first of them is part 1.
    [[nodiscard]] elock::Before before(const Frame& part) const;

    /// How a finished message was answered; its repeats are answered in the same way.
    void answered(const Whole& whole, Outcome outcome);

    /// Requests for what is missing, and messages given up after `patience`.
    Overdue tick(Uptime now);
    /// When tick() is next of use; the past when something was added since the last one.
    [[nodiscard]] std::optional<Uptime> due() const;

    [[nodiscard]] std::size_t bytes_held() const { return bytes_; }

private:
    struct Key {
        Bytes phone;
        std::uint16_t id{};
        std::uint16_t first_serial{};
        std::uint16_t total{};
        std::optional<std::uint32_t> medium;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Message {
        std::map<std::uint16_t, Frame> parts;
        std::size_t body = 0;                  // bytes of theirs
        Header head;                           // of the part that came last
        std::optional<std::uint32_t> opening;  // of the part 1 that came last
        Instant latest;
        std::optional<Uptime> quiet_since;  // the first tick after the latest new part
        int requests = 0;                   // since then
        bool asked = false;                 // parts were asked for at some time
        bool contested = false;             // two contents for one place, and not asked since
    };
    using Open = std::map<Key, Message>;
    struct Refusal {
        Key key;
        Instant latest;  // of its parts
    };
    static Key key_of(const Frame& part);
    struct Finished {
        Key key;
        std::uint64_t number{};
        std::uint32_t opening{};
        std::vector<std::uint64_t> hashes;  // of the bodies of all parts in order
        Outcome outcome = Outcome::done;
        Instant at;
    };

    Result<std::optional<Whole>, Fault> add_to(const Key& key, const Frame& part, Instant now);
    const Finished* find_finished(const Key& key, const Frame& part) const;
    bool take(Message& message, const Frame& part, Instant now);
    void let_go(Message& message);
    void forget(Open::iterator message);
    void remember(Finished one);
    void refuse(const Key& key, Instant now);
    bool is_refused(const Key& key, const Frame& part, Instant now);
    void forget_stale(Instant now);
    Whole finish(Open::iterator message, Instant now);

    Open open_;
    std::size_t bytes_ = 0;
    std::list<Finished> finished_;
    std::size_t parts_finished_ = 0;  // in finished_
    std::list<Refusal> refused_;      // too large; the rest of them does not begin anew
    std::uint64_t next_number_ = 0;
};

}  // namespace liuhen::telematics::jtt808
