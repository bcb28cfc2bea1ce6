// Messages that were too long for one frame, put together again within limits.
#pragma once

#include "base/time.hpp"
#include "telematics/jtt808/frame.hpp"

#include <deque>
#include <map>
#include <vector>

namespace liuhen::telematics::jtt808 {

/// A message made of several frames. The bytes have the header of part 1, the whole body and no
/// checksum, whatever the order in which the parts came.
struct Whole {
    Frame message;
    std::vector<std::uint16_t> serials;  ///< of all parts in order, each wants its answer
};

/// What one terminal has sent of unfinished messages. A message is known by phone, id, serial of
/// its first part and number of parts.
class Reassembly {
public:
    static constexpr std::size_t max_bytes = 256 * 1024;  ///< of all unfinished messages together
    static constexpr std::uint16_t max_parts = 1024;      ///< of one message
    static constexpr std::size_t max_messages = 8;        ///< unfinished at a time
    static constexpr std::chrono::seconds patience{60};   ///< since a message's latest new part

    /// Adds a part. The whole message once nothing is missing, nullopt before. A part that is here
    /// already, or whose message was finished lately, gives a `Whole` with an empty message and its
    /// own serial when the message is finished (its answer was lost), else nullopt.
    /// bad_part: no such place in the message, a limit exceeded (the message is forgotten), or
    /// other content than the same part had before (what was there is kept).
    Result<std::optional<Whole>, Fault> add(const Frame& part, Instant now);

    [[nodiscard]] std::size_t bytes_held() const { return bytes_; }

private:
    struct Key {
        Bytes phone;
        std::uint16_t id{};
        std::uint16_t first_serial{};
        std::uint16_t total{};
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Message {
        std::map<std::uint16_t, Frame> parts;
        Instant latest;
    };
    using Open = std::map<Key, Message>;

    void forget(Open::iterator message);
    void forget_stale(Instant now);
    Whole finish(Open::iterator message);

    Open open_;
    std::size_t bytes_ = 0;
    std::deque<Key> finished_;
};

}  // namespace liuhen::telematics::jtt808
