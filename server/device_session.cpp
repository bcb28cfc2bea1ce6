#include "server/device_session.hpp"

#include "server/talk.hpp"
#include "telematics/elock/dialogue.hpp"
#include "telematics/jtt808/dialogue.hpp"

#include <atomic>
#include <random>
#include <type_traits>

namespace liuhen::server {
namespace {

constexpr std::string_view names[] = {"jt808", "jt701"};

/// From the first number of one line to that of the next: odd, so that all numbers come in turn.
constexpr std::uint32_t serials_apart = 10'007;

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

telematics::Allowance allowance_of(const DeviceFloor& floor) {
    if (floor.budget == nullptr) return {};
    return
        [&budget = *floor.budget](const TerminalId& terminal, std::size_t bytes, Instant received) {
            return budget.take(terminal.text, bytes, received);
        };
}

// The state of the registers that `enrolment_of` reads.
telematics::jtt808::Registers registers_of(const DeviceFloor& floor) {
    return [&board = floor.board, &registrations = floor.registrations] {
        return board.edition() + registrations.edition();
    };
}

// A line numbers what it says from anywhere: a terminal answers by number, perhaps on its next
// line. The line outlives its dialogue.
template <class Dialogue>
Dialogue dialogue_of(const DeviceFloor& floor, const Line& line) {
    using telematics::jtt808::Carrier, telematics::jtt808::Proofs, telematics::jtt808::Registers;
    auto enrolment = enrolment_of(floor, line.protocol);
    if constexpr (std::is_constructible_v<Dialogue, telematics::Enrolment, telematics::RetryPlan,
                                          std::uint16_t, Carrier, Proofs, telematics::Allowance,
                                          Registers>) {
        static std::atomic<std::uint32_t> begun{std::random_device{}()};
        const auto first = static_cast<std::uint16_t>(begun.fetch_add(serials_apart));
        const auto carrier = line.is_forgeable() ? Carrier::datagrams : Carrier::stream;
        auto proofs = [&registrations = floor.registrations](const TerminalId& terminal) {
            return registrations.is_proved(terminal.text);
        };
        telematics::jtt808::Tries tries{
            .judged =
                [&registrations = floor.registrations, &line](const TerminalId& terminal) {
                    return registrations.may_try(terminal.text, line.peer);
                },
            .wrong =
                [&registrations = floor.registrations, &line](const TerminalId& terminal) {
                    registrations.note_wrong(terminal.text, line.peer);
                }};
        return Dialogue{std::move(enrolment),
                        telematics::RetryPlan{},
                        first,
                        carrier,
                        std::move(proofs),
                        allowance_of(floor),
                        registers_of(floor),
                        std::move(tries)};
    } else {
        return Dialogue{std::move(enrolment), telematics::RetryPlan{}, allowance_of(floor)};
    }
}

template <class Dialogue>
awaitable<Ending> talk(DeviceFloor& floor, std::shared_ptr<Line> line) {
    Talk<Dialogue> talk{floor, line, dialogue_of<Dialogue>(floor, *line)};
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
