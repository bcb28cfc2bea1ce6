#include "server/device_session.hpp"

#include "server/talk.hpp"
#include "telematics/elock/dialogue.hpp"
#include "telematics/jtt808/dialogue.hpp"

namespace liuhen::server {
namespace {

constexpr std::string_view names[] = {"jt808", "jt701"};

telematics::Enrolment enrolment_of(const DeviceFloor& floor, Protocol protocol) {
    return [&board = floor.board, &registrations = floor.registrations, spoken = name_of(protocol)](
               std::string_view number) -> std::optional<telematics::Enrolled> {
        const auto directory = board.read();
        const auto* terminal = directory->terminal(number);
        if (terminal == nullptr || terminal->protocol != spoken) return std::nullopt;
        auto enrolled = terminal->enrolled;
        enrolled.registered = registrations.of(number);
        return enrolled;
    };
}

template <class Dialogue>
awaitable<Ending> talk(DeviceFloor& floor, std::shared_ptr<Line> line) {
    Talk<Dialogue> talk{floor, line, Dialogue{enrolment_of(floor, line->protocol)}};
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
    co_return talk.was_stranger() ? Ending::stranger : Ending::usual;
}

}  // namespace

std::string_view name_of(Protocol protocol) { return names[static_cast<std::size_t>(protocol)]; }

awaitable<Ending> converse(DeviceFloor& floor, std::shared_ptr<Line> line) {
    const Lines::Entry entry{floor.lines, *line};
    if (floor.lines.ending()) co_return Ending::usual;
    auto talking = line->protocol == Protocol::jt808
                       ? talk<telematics::jtt808::Dialogue>(floor, line)
                       : talk<telematics::elock::Dialogue>(floor, line);
    co_return co_await std::move(talking);
}

}  // namespace liuhen::server
