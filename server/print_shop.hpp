// Prints, made on a thread of their own: one takes some ten milliseconds of a processor.
#pragma once

#include "server/spawn.hpp"

#include <boost/asio/execution_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace liuhen::print {
class Typeface;
}

namespace liuhen::server {

/// More prints than are worth waiting for. Over HTTP: 503.
struct PrintsBusy {};

/// One print at a time, whoever asks. A service of the context that answers requests: made when the
/// first print is asked for, gone with the context.
class PrintShop : public asio::execution_context::service {
public:
    using Work = std::function<std::string(const print::Typeface&)>;

    explicit PrintShop(asio::execution_context& context);
    ~PrintShop() override;
    PrintShop(const PrintShop&) = delete;
    PrintShop& operator=(const PrintShop&) = delete;
    /// That of the executor's context.
    static PrintShop& of(const asio::any_io_executor& executor);

    /// The file that `work` makes for `who`: an organisation, a token or an address. Throws
    /// PrintsBusy when `max_waiting` are waiting or being made, or `max_of_one` for the same;
    /// std::runtime_error where the machine lacks the font.
    awaitable<std::string> print(std::string who, Work work);

    static constexpr std::size_t max_waiting = 16, max_of_one = 4;
    static inline asio::execution_context::id id;  ///< how Asio tells services apart

private:
    void shutdown() override;
    awaitable<std::string> printing(Work work);

    std::unique_ptr<const print::Typeface> typeface_;  // read at the first print, by the thread
    class Place;
    struct Line;
    std::shared_ptr<Line> line_;  // who waits may go after the shop has
    asio::thread_pool thread_{1};
};

}  // namespace liuhen::server
