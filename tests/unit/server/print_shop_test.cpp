// The thread that prints are made on.
#include "server/print_shop.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace {

using namespace liuhen;
using namespace liuhen::server;

struct Asked {
    std::string file;
    bool busy = false, done = false;
};
awaitable<void> ask(PrintShop& shop, std::string who, PrintShop::Work work, Asked& asked) {
    try {
        auto making = shop.print(std::move(who), std::move(work));
        asked.file = co_await std::move(making);
    } catch (const PrintsBusy&) {
        asked.busy = true;
    }
    asked.done = true;
}

// Runs the context until it has been told so, however often it is idle in between.
template <class Condition>
void run_until(asio::io_context& io, Condition met) {
    while (!met()) {
        io.restart();
        io.run_one_for(std::chrono::seconds{20});
    }
}

TEST_CASE("prints are made elsewhere, one at a time, and only so many wait") {
    asio::io_context io;
    PrintShop& shop = PrintShop::of(io.get_executor());
    std::promise<void> gate;
    const std::shared_future<void> opened{gate.get_future()};
    std::vector<Asked> asked(PrintShop::max_waiting + 2);
    const auto here = std::this_thread::get_id();
    std::atomic<int> at_once = 0, most = 0, made_here = 0;
    int askers = 0;
    for (Asked& one : asked) {
        const PrintShop::Work work = [&](const print::Typeface&) {
            most = std::max(most.load(), ++at_once);
            made_here += std::this_thread::get_id() == here ? 1 : 0;
            opened.wait();
            --at_once;
            return std::string{"a print"};
        };
        spawn("test", io.get_executor(), ask(shop, "asker " + std::to_string(++askers), work, one));
    }
    // The first print stands before its gate, and this thread goes on.
    run_until(io, [&] { return asked.back().done; });
    CHECK(std::ranges::count(asked, true, &Asked::busy) == 2);
    CHECK(std::ranges::count(asked, true, &Asked::done) == 2);
    gate.set_value();
    run_until(io, [&] { return std::ranges::count(asked, true, &Asked::done) == 18; });
    CHECK(std::ranges::count(asked, "a print", &Asked::file) == long{PrintShop::max_waiting});
    CHECK(most == 1);
    CHECK(made_here == 0);
    Asked later;
    spawn("test", io.get_executor(),
          ask(
              shop, "asker 1", [](const print::Typeface&) { return std::string{"one more"}; },
              later));
    run_until(io, [&] { return later.done; });
    CHECK(later.file == "one more");
}

TEST_CASE("four of the prints that wait are for one asker, and places for others remain") {
    asio::io_context io;
    PrintShop& shop = PrintShop::of(io.get_executor());
    std::promise<void> gate;
    const std::shared_future<void> opened{gate.get_future()};
    const PrintShop::Work work = [opened](const print::Typeface&) {
        opened.wait();
        return std::string{"a print"};
    };
    std::vector<Asked> greedy(PrintShop::max_waiting), others(3);
    for (Asked& one : greedy) spawn("test", io.get_executor(), ask(shop, "greedy", work, one));
    for (Asked& one : others) spawn("test", io.get_executor(), ask(shop, "other", work, one));
    run_until(io, [&] { return std::ranges::count(greedy, true, &Asked::busy) == 12; });
    gate.set_value();
    run_until(io, [&] { return std::ranges::count(others, true, &Asked::done) == 3; });
    CHECK(std::ranges::count(greedy, true, &Asked::busy) == 12);
    CHECK(std::ranges::count(others, true, &Asked::busy) == 0);
    CHECK(std::ranges::count(others, "a print", &Asked::file) == 3);
}

TEST_CASE("a context that ends waits for the print under way and drops the others") {
    std::promise<void> begun;
    std::atomic<int> made = 0;
    std::vector<Asked> asked(5);
    int made_by = 0;
    {
        asio::io_context io;
        PrintShop& shop = PrintShop::of(io.get_executor());
        for (Asked& one : asked) {
            const PrintShop::Work work = [&](const print::Typeface&) {
                if (made.load() == 0) begun.set_value();
                std::this_thread::sleep_for(std::chrono::milliseconds{200});
                ++made;
                return std::string{};
            };
            spawn("test", io.get_executor(),
                  ask(shop, "asker " + std::to_string(made_by++), work, one));
        }
        io.poll();
        begun.get_future().wait();
    }
    CHECK(made < 5);
    for (const Asked& one : asked) CHECK_FALSE(one.done);
}

}  // namespace
