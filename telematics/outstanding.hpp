// Orders that were said to a device and are not answered yet: which answer belongs to which, and
// when to say one again.
#pragma once

#include "telematics/bytes.hpp"
#include "telematics/command.hpp"

#include <list>
#include <optional>

namespace liuhen::telematics {

/// One conversation's open orders. The wire's own way of telling orders apart is the `key`: serials
/// and message ids in JT/T 808, the name of the sentence in a lock's text.
class Outstanding {
public:
    explicit Outstanding(RetryPlan plan = {}) : plan_(plan) {}

    struct Open {
        std::string order;
        std::string key;            ///< by which an answer is known
        Bytes bytes;                ///< as they go out, again at each repetition
        bool acknowledged = false;  ///< taken; a specific answer is awaited, nothing is repeated
        bool once = false;          ///< never said again
        bool silent = false;        ///< over for the platform: its end is not told
        int said = 1;
        Uptime due{};  ///< when it is said again, or given up
    };

    /// The order was said just now.
    void add(std::string order, std::string key, Bytes bytes, Uptime now);
    /// The same for an order that must not be said again, such as one that opens a lock: who sealed
    /// it meanwhile would find it open. Its answer is awaited as long as the last but one
    /// repetition would be.
    void add_once(std::string order, std::string key, Bytes bytes, Uptime now);
    /// The open order with this key; nullptr when there is none.
    [[nodiscard]] Open* find(std::string_view key);
    [[nodiscard]] const Open* find(std::string_view key) const;
    [[nodiscard]] Open* find_order(std::string_view order);
    /// Taken by the device: from now on only the specific answer is awaited, as long as one more
    /// repetition would have been, or `at_least` where a person or a download is in between.
    void acknowledge(Open& open, Uptime now, std::chrono::milliseconds at_least = {});
    /// The platform wants it no more: it is not said again, and given up without a word when the
    /// next repetition would be due. Until then an answer still finds it, and no other order takes
    /// it for its own. Orders that are not open are passed over.
    void silence(std::string_view order);
    /// Answered: forgets it and gives its order back.
    std::string close(Open& open);

    /// What is due: bytes to say again in `reply`, time-outs in `answers`.
    Turn tick(Uptime now);
    /// When tick() is next of use.
    [[nodiscard]] std::optional<Uptime> due() const;
    [[nodiscard]] std::size_t size() const { return open_.size(); }

private:
    [[nodiscard]] std::chrono::milliseconds patience(int said) const;

    RetryPlan plan_;
    std::list<Open> open_;
};

}  // namespace liuhen::telematics
