// Who is connected: limits for peers, and one line for each terminal. Lives on one executor; a
// session on another thread comes here with `on()`.
#pragma once

#include "server/config.hpp"
#include "server/metrics.hpp"
#include "server/spawn.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

namespace liuhen::server {

using asio::ip::tcp;

/// The protocols that devices dial in with; each has its port. Trucks speak the first, locks the
/// second.
enum class Protocol : std::uint8_t { jt808, jt701 };

/// One device connection, shared by its session and those who may end it. Members belong to the
/// socket's own executor.
struct Line {
    Line(tcp::socket connected, Protocol spoken)
        : socket(std::move(connected)), protocol(spoken) {}
    tcp::socket socket;
    Protocol protocol;
    std::string peer;      ///< address without port
    Monotonic deadline{};  ///< closed by the sweep once it is past
    bool waiting = false;  ///< for bytes: closing loses nothing
    bool ended = false;    ///< told to end; ends as soon as nothing is under way

    /// Ends the session: at once when it waits, else once its chunk is stored and answered.
    void end();
    /// Ends it now, whatever is under way.
    void cut();
};

class Exchange {
public:
    Exchange(asio::any_io_executor executor, const DeviceLimits& limits, Metrics& metrics)
        : executor_(std::move(executor)), limits_(limits), metrics_(metrics) {}

    [[nodiscard]] asio::any_io_executor executor() const { return executor_; }
    /// Counts a connection of a peer; false when there are too many. On the exchange's executor.
    [[nodiscard]] bool admit(const std::string& peer);
    void dismiss(const std::string& peer);

    /// The terminal speaks through `line` from now on; a former line of it is ended.
    awaitable<void> claim(std::string terminal, std::shared_ptr<Line> line);
    /// The line is over.
    awaitable<void> release(std::string terminal, std::shared_ptr<Line> line);

private:
    void count(Protocol protocol, std::int64_t change);

    asio::any_io_executor executor_;
    const DeviceLimits& limits_;
    Metrics& metrics_;
    std::size_t connections_ = 0;
    std::unordered_map<std::string, std::size_t> peers_;
    std::unordered_map<std::string, std::shared_ptr<Line>> speakers_;  ///< by terminal
};

/// The lines of one shard, swept once a second for those past their deadline: one timer for ten
/// thousand connections. Belongs to the shard's executor, and outlives it: sessions that are still
/// suspended when the executor goes take themselves out then.
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
