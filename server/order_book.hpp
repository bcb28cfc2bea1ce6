// What a device session needs to know about orders: which are open, and what became of them.
#pragma once

#include "base/ids.hpp"
#include "server/spawn.hpp"
#include "telematics/command.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace liuhen::server {

/// An order that its device has taken and not answered yet.
struct Awaited {
    telematics::Order order;
    std::uint16_t serial{};  ///< of the message that said it
};

/// Whoever keeps the orders. Called from any shard; throws DatabaseDown. A terminal is named by its
/// number, as sessions know it.
class OrderBook {
public:
    OrderBook() = default;
    OrderBook(const OrderBook&) = delete;
    OrderBook& operator=(const OrderBook&) = delete;
    virtual ~OrderBook() = default;

    /// The open orders of a device that are to be said now, oldest first. Asked when it has come on
    /// line and whenever the session is nudged for orders (Exchange::nudge), as when one was given
    /// or ended.
    virtual awaitable<std::vector<telematics::Order>> open_for(TerminalId terminal) = 0;
    /// About to be said: stored before the bytes leave, so that the trail never lacks one. How
    /// often it has been said with this time, from 1; 0 when it was cancelled, has expired or is
    /// said already: the bytes must not leave.
    virtual awaitable<int> saying(std::string order) = 0;
    /// Could not be said. `busy` and `not_ready` leave it open; the others end it. After `saying`
    /// or in its place.
    virtual awaitable<void> untold(std::string order, telematics::Untold why) = 0;
    /// Answered or timed out.
    virtual awaitable<void> answered(TerminalId terminal,
                                     std::vector<telematics::OrderAnswer> answers) = 0;
    /// Which of these orders have ended: cancelled, or out of time.
    virtual awaitable<std::vector<std::string>> ended_of(std::vector<std::string> orders) = 0;
    /// The line ended before these were answered: they are open again. What the device had
    /// acknowledged is not said again.
    virtual awaitable<void> cut_off(TerminalId terminal) = 0;
    /// The device has a new line: as `cut_off` for those before it. What it acknowledged on one of
    /// them and will answer on this one.
    virtual awaitable<std::vector<Awaited>> taken_up(TerminalId terminal) = 0;
    /// A line of the terminal that another has taken over had these unanswered, each as `saying`
    /// counted it. What nobody has said again since is open again, and the terminal's line of now
    /// is nudged: it may have looked before the last of these was noted.
    virtual awaitable<void> taken_over(TerminalId terminal, std::map<std::string, int> told) = 0;
};

}  // namespace liuhen::server
