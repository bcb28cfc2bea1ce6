#include "server/device_session.hpp"

#include "server/talk.hpp"
#include "server/tcp_line.hpp"
#include "telematics/elock/dialogue.hpp"
#include "telematics/jtt808/dialogue.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

namespace liuhen::server {
namespace {

constexpr std::string_view names[] = {"jt808", "jt701"};

telematics::Enrolment enrolment_of(const DirectoryBoard& board, Protocol protocol) {
    return [&board, spoken = name_of(protocol)](
               std::string_view number) -> std::optional<telematics::Enrolled> {
        const auto directory = board.read();
        const auto* terminal = directory->terminal(number);
        if (terminal == nullptr || terminal->protocol != spoken) return std::nullopt;
        return terminal->enrolled;
    };
}

template <class Dialogue>
awaitable<void> talk(DeviceFloor& floor, std::shared_ptr<Line> line) {
    Talk<Dialogue> talk{floor, line, Dialogue{enrolment_of(floor.board, line->protocol)}};
    try {
        auto talking = talk.run();
        co_await std::move(talking);
    } catch (const NotStored&) {
        log::info("device.not_answered", {{"terminal", talk.terminal()}});
    } catch (const std::exception& fault) {
        log::error("device.session", {{"terminal", talk.terminal()}, {"fault", fault.what()}});
    }
    line->cut();
    auto leaving = talk.leave();
    co_await std::move(leaving);
}

awaitable<void> take_call(DeviceFloor& floor, std::shared_ptr<Line> line) {
    auto talking = converse(floor, line);
    co_await on(floor.shard.executor(), std::move(talking));
    floor.exchange.dismiss(line->peer);
}

}  // namespace

std::string_view name_of(Protocol protocol) { return names[static_cast<std::size_t>(protocol)]; }

awaitable<void> converse(DeviceFloor& floor, std::shared_ptr<Line> line) {
    const Lines::Entry entry{floor.lines, *line};
    if (floor.lines.ending()) co_return;
    auto talking = line->protocol == Protocol::jt808
                       ? talk<telematics::jtt808::Dialogue>(floor, line)
                       : talk<telematics::elock::Dialogue>(floor, line);
    co_await std::move(talking);
}

awaitable<void> take_calls(tcp::acceptor& acceptor, Protocol protocol,
                           std::vector<std::unique_ptr<DeviceFloor>>& floors) {
    for (std::size_t next = 0; acceptor.is_open(); ++next) {
        DeviceFloor& floor = *floors[next % floors.size()];
        tcp::socket socket{floor.shard.executor()};
        boost::system::error_code fault;
        auto accepted = asio::redirect_error(asio::use_awaitable, fault);
        co_await acceptor.async_accept(socket, accepted);
        if (!acceptor.is_open()) co_return;
        if (fault) {  // out of descriptors: those who wait in the queue are served later
            floor.metrics.device_refused("accept_failed");
            asio::steady_timer pause{acceptor.get_executor(), std::chrono::milliseconds{100}};
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        auto line = std::make_shared<TcpLine>(std::move(socket), protocol);
        if (!floor.exchange.admit(line->peer)) {
            floor.metrics.device_refused("too_many_connections");
            continue;
        }
        spawn("device session", floor.exchange.executor(), take_call(floor, line));
    }
}

}  // namespace liuhen::server
