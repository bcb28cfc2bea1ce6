// One device connection, whatever carries its bytes, and the second hand that looks after all of a
// shard.
#pragma once

#include "server/clock.hpp"
#include "server/spawn.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace liuhen::server {

/// The protocols that devices dial in with; each has its port. Trucks speak the first, locks the
/// second.
enum class Protocol : std::uint8_t { jt808, jt701 };

/// Shared by its session, which alone receives and sends, and those who may wake or end it. All of
/// it belongs to the executor of the shard.
class Line {
public:
    Line(Protocol spoken, std::string from) : protocol(spoken), peer(std::move(from)) {}
    virtual ~Line() = default;
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    [[nodiscard]] virtual asio::any_io_executor executor() = 0;
    /// Makes the line fit to talk, by shaking hands. A fault ends it.
    virtual awaitable<void> open() { co_return; }
    /// Waits for bytes and takes what fits into `room`, which is touched only once there are some.
    /// 0: woken without any, or the line ended.
    virtual awaitable<std::size_t> receive(std::span<std::byte> room) = 0;
    /// Returns when all of it was taken. A fault ends the line.
    virtual awaitable<void> send(std::vector<std::byte> bytes) = 0;
    /// Sends what is taken at once and leaves the rest, all of it where nothing can be sent without
    /// a wait. A fault ends the line.
    virtual void send_some(std::vector<std::byte>&) {}
    /// The device has proved who it is: its address is no forged one.
    virtual void prove() {}
    /// Whether anybody can send on it who writes the device's address.
    [[nodiscard]] virtual bool is_forgeable() const { return false; }

    /// Has the session look up: it is due, or something is wanted of it. Never lost.
    void nudge();
    /// As `nudge()`, to ask for orders.
    void nudge_for_orders();
    /// Ends the session: at once when it waits, else once its chunk is stored and answered.
    void end();
    /// Ends it now, whatever is under way.
    void cut();

    const Protocol protocol;
    std::string peer;                  ///< address without port
    Monotonic deadline{};              ///< cut by the sweep once it is past
    Monotonic due = Monotonic::max();  ///< nudged by the sweep once it is past
    bool waiting = false;              ///< in receive(): closing loses nothing
    bool ended = false;                ///< told to end; ends as soon as nothing is under way
    bool orders_wanted = false;        ///< there may be orders to say

private:
    /// Ends the waiting of receive() early.
    virtual void wake() = 0;
    virtual void close() = 0;
};

/// The lines of one shard, swept once a second for those past their deadline or due: one timer for
/// ten thousand connections. Belongs to the shard's executor, and outlives it: sessions that are
/// still suspended when the executor goes take themselves out then.
class Lines {
public:
    class Entry {
    public:
        Entry(Lines& lines, Line& line);
        ~Entry();
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

    private:
        Lines& lines_;
        std::list<Line*>::iterator place_;
    };
    /// Sweeps until `end_all`.
    awaitable<void> sweep();
    /// Ends every line, now and to come. Idempotent.
    awaitable<void> end_all();
    [[nodiscard]] bool ending() const { return ending_; }
    [[nodiscard]] std::size_t count() const { return all_.size(); }

private:
    std::list<Line*> all_;  ///< each taken out by its session's Entry
    bool ending_ = false;
};

}  // namespace liuhen::server
