#include "telematics/jtt808/lock_orders.hpp"

#include "telematics/jtt808/items.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::uint8_t seal_setting = 0x24, sealed = 1, unsealed = 0;
constexpr std::size_t max_user_bytes = 32;
constexpr std::string_view nobody = "platform";  // in place of a user that was not named

// 0x0310 with one setting: what to do, then in whose name. The lock repeats the name in its event.
Result<LockOrder, Untold> settings_order(const Command& command) {
    const auto* const lock = std::get_if<LockCommand>(&command);
    if (lock == nullptr) return fail(Untold::not_supported);
    const bool seal = lock->verb == LockCommand::Verb::seal;
    if (!seal && lock->verb != LockCommand::Verb::unseal) return fail(Untold::not_supported);
    const Bytes user = gbk_from_utf8(lock->user.empty() ? nobody : std::string_view{lock->user});
    if (user.size() > max_user_bytes) return fail(Untold::too_long);
    Writer body;
    body.u8(1).u8(seal_setting).u8(static_cast<std::uint8_t>(1 + user.size()));
    body.u8(seal ? sealed : unsealed);
    for (const std::byte b : user) body.u8(std::to_integer<std::uint8_t>(b));
    return Message{Unknown{.id = lock_settings_id, .body = body.finish()}};
}

bool is_for_another(const Command& command, std::string_view number) {
    const auto* const lock = std::get_if<LockCommand>(&command);
    if (lock == nullptr || lock->lock.empty()) return false;
    return elock::significant_digits(lock->lock) != elock::significant_digits(number);
}

}  // namespace

Result<LockOrder, Untold> lock_order(const Command& command, const Profile& profile,
                                     std::string_view number) {
    const auto words = profile.dialect ? profile.dialect->orders : OrderForm::none;
    if (is_for_another(command, number)) return fail(Untold::not_supported);
    switch (words) {
        case OrderForm::none:
            break;
        case OrderForm::hhd:
            return settings_order(command);
        case OrderForm::sentences: {
            auto spoken = elock::spoken_order(command, number);
            if (!spoken) return fail(spoken.error());
            return std::move(*spoken);
        }
    }
    return fail(Untold::not_supported);
}

bool can_open(const Profile& profile, std::string_view lock, std::string_view number) {
    const auto words = profile.dialect ? profile.dialect->orders : OrderForm::none;
    return words != OrderForm::none &&
           elock::significant_digits(lock) == elock::significant_digits(number);
}

bool opens_by_password(const Profile& profile) {
    return profile.dialect && profile.dialect->orders == OrderForm::sentences;
}

bool opens(const Command& command) {
    const auto* const lock = std::get_if<LockCommand>(&command);
    return lock != nullptr && lock->verb == LockCommand::Verb::unseal;
}

std::vector<OneTimePassword> passwords_told(ByteView items, const Profile& profile,
                                            const std::string& number, Instant told_at) {
    std::vector<OneTimePassword> told;
    if (!profile.dialect) return told;
    Reader r{items};
    while (r.remaining() >= 2) {
        const std::uint8_t id = r.u8();
        const std::size_t length = r.u8();
        const ByteView value = r.take(length);
        if (!r.ok()) break;
        const ItemRule* const rule = profile.dialect->item(id, value.size());
        if (rule == nullptr || rule->reading != Reading::one_time_password) continue;
        std::string password = utf8_from_gbk(value);
        const bool is_number =
            std::ranges::all_of(password, [](char c) { return c >= '0' && c <= '9'; });
        if (password.empty() || !is_number) continue;
        told.push_back({LockId{number}, std::move(password), told_at});
    }
    return told;
}

}  // namespace liuhen::telematics::jtt808
