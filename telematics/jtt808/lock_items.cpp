#include "telematics/jtt808/lock_items.hpp"

#include "telematics/text.hpp"

#include <algorithm>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::uint8_t result_refused = 0xFF;
constexpr std::uint8_t last_fence = 99;
constexpr std::size_t password_bytes = 6;
constexpr std::size_t slave_bytes = 6;
constexpr std::byte grade_alarm{1};  // behind an HHD event's number: 00 plain, 01 alarm

std::string card_digits(std::uint32_t card) {
    const std::string digits = std::to_string(card);
    return std::string(10 - digits.size(), '0') + digits;
}

void take_result(Reader& r, LockItemEvent& event) {
    const std::uint8_t result = r.u8();
    event.refused = result == result_refused;
    if (result >= 1 && result <= last_fence) event.fence = result;
}

void take_data(Reader& r, LockItemEvent& event) {
    switch (event.rule->data) {
        case EventData::none:
        case EventData::secret:
            return;
        case EventData::slave:
            event.lock = to_hex(r.take(slave_bytes));
            return;
        case EventData::slave_actor:
            event.lock = to_hex(r.take(slave_bytes));
            event.actor = utf8_from_gbk(r.rest());
            return;
        case EventData::actor:
            event.actor = utf8_from_gbk(r.rest());
            return;
        case EventData::password_result:
            r.take(password_bytes);
            take_result(r, event);
            return;
        case EventData::password:
            r.take(password_bytes);
            return;
        case EventData::card_result:
            event.actor = card_digits(r.u32());
            if (r.ok() && r.remaining() > 0) take_result(r, event);
            return;
        case EventData::card:
            event.actor = card_digits(r.u32());
            return;
    }
}

ListedLock read_huabao(Reader& r) {
    ListedLock one;
    one.lock = to_hex(r.take(5));
    one.card = to_hex(r.take(5));
    if (one.card == "0000000000") one.card.clear();
    one.battery_percent = r.u8();
    one.status = r.u16();
    return one;
}

ListedLock read_slave(Reader& r) {
    constexpr std::uint8_t says_sealed = 0x31, says_open = 0x30, closed_bit = 1;
    ListedLock one;
    one.lock = to_hex(r.take(slave_bytes));
    one.battery_v = r.u16() / 1000.0;
    const std::uint8_t seal = r.u8();
    if (seal == says_sealed || seal == says_open) one.sealed = seal == says_sealed;
    one.rod_closed = (r.u8() & closed_bit) != 0;
    one.signal = r.u8();
    return one;
}

}  // namespace

std::optional<LockItemEvent> read_lock_event(const Item& item, Reading reading,
                                             const Dialect& dialect) {
    Reader r{item.value};
    LockItemEvent event;
    if (reading == Reading::lock_event) {
        event.number = r.u8();
    } else {
        event.number = r.u16();
        const bool has_grade = r.remaining() > 0 && item.value[2] <= grade_alarm;
        if (has_grade) r.u8();
    }
    if (!r.ok()) return std::nullopt;
    event.rule = dialect.event(event.number);
    if (event.rule != nullptr) take_data(r, event);
    if (!r.ok()) return std::nullopt;
    return event;
}

std::vector<ListedLock> read_listed_locks(const Item& item, Reading reading) {
    constexpr std::size_t huabao_bytes = 13, slave_entry_bytes = 11;
    Reader r{item.value};
    const bool counted = reading == Reading::lock_list;
    const std::size_t each = counted ? huabao_bytes : slave_entry_bytes;
    const std::size_t announced = counted ? r.u8() : r.remaining() / each;
    if (!r.ok() || r.remaining() != announced * each) return {};
    std::vector<ListedLock> locks;
    while (r.remaining() > 0) locks.push_back(counted ? read_huabao(r) : read_slave(r));
    return locks;
}

}  // namespace liuhen::telematics::jtt808
