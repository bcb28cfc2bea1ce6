#include "telematics/elock/orders.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace liuhen::telematics::elock {
namespace {

constexpr std::size_t min_password_digits = 4, max_password_digits = 12;
constexpr std::size_t max_detail = 200;

bool is_digits(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}
bool is_password(std::string_view text) {
    return text.size() >= min_password_digits && text.size() <= max_password_digits &&
           is_digits(text);
}

// The beginnings of the texts that are settings. Cards are listed, added and deleted, never
// cleared; what opens (P43, P52) or shows a password (P44) is none.
constexpr std::array<std::string_view, 14> settings{
    "P15",                                   // restart
    "P22",                                   // clock
    "P24",     "P29",     "P30",     "P31",  // fences
    "P38",                                   // minutes until "left open"
    "P40",                                   // where alarms go
    "P41,0,1", "P41,1,1", "P41,1,2",         // cards: list, add, delete
    "P58",                                   // cards only inside a fence
    "P59",                                   // channels by which it may be opened
    "P61",                                   // battery alarm
};

std::string_view inside(std::string_view sentence) {
    if (sentence.size() < 2 || sentence.front() != '(' || sentence.back() != ')') return {};
    return sentence.substr(1, sentence.size() - 2);
}

Spoken spoken(std::string_view words, bool opens = false) {
    const std::string text = "(" + std::string{words} + ")";
    const ByteView bytes = bytes_of(text);
    return {.name = std::string{words.substr(0, words.find(','))},
            .bytes = {bytes.begin(), bytes.end()},
            .opens = opens};
}

Result<Spoken, Untold> spoken_unseal(const LockCommand& command) {
    if (!is_password(command.secret)) return fail(Untold::not_supported);
    return spoken((command.secret_is_one_time ? "P52,3," : "P43,") + command.secret, true);
}

Result<Spoken, Untold> spoken_command(const LockCommand& command, std::string_view number) {
    const bool is_other =
        !command.lock.empty() && significant_digits(command.lock) != significant_digits(number);
    if (is_other) return fail(Untold::not_supported);
    switch (command.verb) {
        case LockCommand::Verb::unseal:
            return spoken_unseal(command);
        case LockCommand::Verb::seal:  // by putting the rope in, and in no other way
            return fail(Untold::not_supported);
        case LockCommand::Verb::query_password:
            return spoken("P52,0");
        case LockCommand::Verb::allow_passwords:
            return spoken(command.inside_fence_only ? "P52,1,1,1,1" : "P52,1,1,1,0");
        case LockCommand::Verb::refuse_passwords:
            return spoken("P52,1,0,0,0");
    }
    return fail(Untold::not_supported);
}

Result<Spoken, Untold> spoken_setting(const LockSetting& setting) {
    if (setting.sentence.size() > max_text_bytes) return fail(Untold::too_long);
    if (!is_setting(setting.sentence)) return fail(Untold::not_supported);
    return spoken(inside(setting.sentence));
}

// The field behind the name in what was said: P52 does four different things.
std::string form_of(const Bytes& said) {
    std::string words;
    for (const std::byte b : said) words.push_back(static_cast<char>(b));
    std::string_view rest = inside(words);
    const auto comma = rest.find(',');
    if (comma == std::string_view::npos) return {};
    rest.remove_prefix(comma + 1);
    return std::string{rest.substr(0, rest.find(','))};
}

bool is_question(const Sentence& sentence) {  // for the time, which is no answer to a set clock
    return sentence.command == "P22" && sentence.field(2) == "2";
}

// `result,consecutive errors` from field `place` on.
void take_result(const Sentence& sentence, std::size_t place, OrderAnswer& answer) {
    const bool done = sentence.field(place) == "1";
    answer.state = done ? OrderState::done : OrderState::refused;
    const auto errors = sentence.field(place + 1);
    if (!errors.empty() && errors != "0" && is_digits(errors) && errors.size() < 4)
        answer.detail = "wrong passwords in a row: " + std::string{errors};
}

void take_password_answer(const Sentence& sentence, OrderAnswer& answer) {
    const auto form = sentence.field(2);
    if (form == "3") take_result(sentence, 3, answer);
    if (form == "0" && !password_in(sentence)) answer.detail = "no one-time password in use";
}

void take_words(const Sentence& sentence, OrderAnswer& answer) {
    for (std::size_t place = 2; place < sentence.fields.size(); ++place) {
        if (place > 2) answer.detail.push_back(',');
        answer.detail += sentence.fields[place];
    }
    if (answer.detail.size() > max_detail) answer.detail.resize(max_detail);
}

}  // namespace

Result<Spoken, Untold> spoken_order(const Command& command, std::string_view number) {
    if (const auto* lock = std::get_if<LockCommand>(&command)) return spoken_command(*lock, number);
    if (const auto* setting = std::get_if<LockSetting>(&command)) return spoken_setting(*setting);
    return fail(Untold::not_supported);
}

bool must_wait(const Outstanding& open, const Spoken& spoken) {
    return open.find(spoken.name) != nullptr;
}

Result<Bytes, Untold> tell_one_at_a_time(Outstanding& open, const std::string& order, Spoken spoken,
                                         Uptime now) {
    if (must_wait(open, spoken)) return fail(Untold::busy);
    if (spoken.opens) open.add_once(order, spoken.name, spoken.bytes, now);
    if (!spoken.opens) open.add(order, spoken.name, spoken.bytes, now);
    return std::move(spoken.bytes);
}

std::optional<OrderAnswer> take_answer(Outstanding& open, const Sentence& sentence) {
    Outstanding::Open* const asked = open.find(sentence.command);
    if (asked == nullptr || is_question(sentence)) return std::nullopt;
    const bool has_forms = sentence.command == "P52";
    if (has_forms && form_of(asked->bytes) != sentence.field(2)) return std::nullopt;
    OrderAnswer answer{
        .order = open.close(*asked), .state = OrderState::done, .message = 0, .detail = {}};
    if (sentence.command == "P43") {
        take_result(sentence, 2, answer);
    } else if (has_forms) {
        take_password_answer(sentence, answer);
    } else {
        take_words(sentence, answer);
    }
    return answer;
}

std::optional<std::string> password_in(const Sentence& sentence) {
    if (sentence.command != "P52") return std::nullopt;
    const auto form = sentence.field(2);
    const auto told = form == "2" ? sentence.field(3) : form == "0" ? sentence.field(4) : "";
    if (!is_password(told)) return std::nullopt;
    return std::string{told};
}

std::string_view significant_digits(std::string_view number) {
    return number.substr(std::min(number.find_first_not_of('0'), number.size()));
}

bool is_setting(std::string_view sentence) {
    const std::string_view words = inside(sentence);
    const bool plain = std::ranges::all_of(
        words, [](char c) { return c >= 0x20 && c < 0x7f && c != '(' && c != ')'; });
    return plain && std::ranges::any_of(settings, [=](std::string_view row) {
               return words.starts_with(row) &&
                      (words.size() == row.size() || words[row.size()] == ',');
           });
}

}  // namespace liuhen::telematics::elock
