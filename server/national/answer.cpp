#include "server/national/answer.hpp"

#include "server/json/parse.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace liuhen::server::national {
namespace {

using nlohmann::json;

constexpr std::size_t most_code = 64;      ///< code points
constexpr std::size_t most_message = 500;  ///< code points
constexpr std::array<std::chrono::seconds, 3> first_waits{
    std::chrono::seconds{10}, std::chrono::seconds{30}, std::chrono::seconds{60}};
constexpr std::chrono::seconds longest_wait{600};
constexpr double spread = 0.2;

// Cut between characters.
std::string cut(std::string text, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
        if (starts && count++ == most) {
            text.resize(i);
            break;
        }
    }
    return text;
}

std::string text_of(const json& said, const char* name, std::size_t most) {
    const auto found = said.find(name);
    if (found == said.end() || !found->is_string()) return {};
    std::string text = found->get<std::string>();
    std::erase_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
    return cut(std::move(text), most);
}

Verdict unanswered(std::string code, std::string message, std::chrono::seconds retry_after) {
    return {.outcome = Outcome::unanswered,
            .code = std::move(code),
            .message = cut(std::move(message), most_message),
            .retry_after = retry_after};
}

struct ResultRow {
    std::string_view word;
    int least_status, most_status;  ///< with which the word is believed
    Outcome outcome;
};
constexpr ResultRow results[] = {
    {"accepted", 200, 299, Outcome::accepted},   {"duplicate", 200, 299, Outcome::duplicate},
    {"duplicate", 409, 409, Outcome::duplicate}, {"refused", 400, 400, Outcome::refused},
    {"refused", 409, 409, Outcome::refused},     {"refused", 422, 422, Outcome::refused}};

}  // namespace

std::string_view code(Outcome outcome) {
    constexpr std::string_view names[] = {"accepted", "duplicate", "refused", "unanswered"};
    return names[static_cast<std::size_t>(outcome)];
}

Verdict judge(const OutboundAnswer& answer, std::string_view key) {
    if (answer.fault)
        return unanswered(std::string{server::code(*answer.fault)}, answer.detail,
                          answer.retry_after);
    const std::string status = "HTTP_" + std::to_string(answer.status);
    const auto said = parse_json(answer.cut ? std::string{} : answer.body);
    if (!said || !said->is_object())
        return unanswered(status, "no JSON object", answer.retry_after);
    const std::string word = text_of(*said, "result", most_code);
    const auto* const row = std::ranges::find_if(results, [&](const ResultRow& one) {
        return one.word == word && answer.status >= one.least_status &&
               answer.status <= one.most_status;
    });
    if (row == std::end(results))
        return unanswered(status, text_of(*said, "message", most_message), answer.retry_after);
    if (text_of(*said, "key", 2 * most_code) != key)
        return unanswered("WRONG_KEY", "the answer names another report", answer.retry_after);
    Verdict verdict{.outcome = row->outcome, .reference = text_of(*said, "reference", most_code)};
    if (row->outcome != Outcome::refused) return verdict;
    verdict.code = text_of(*said, "code", most_code);
    if (verdict.code.empty())
        return unanswered("NO_CODE", "a refusal without a code", answer.retry_after);
    verdict.message = text_of(*said, "message", most_message);
    return verdict;
}

std::chrono::milliseconds wait_after(int attempts, double chance,
                                     std::chrono::seconds retry_after) {
    const auto tries = static_cast<std::size_t>(std::max(attempts, 1));
    std::chrono::seconds wait = longest_wait;
    if (tries <= first_waits.size()) {
        wait = first_waits.at(tries - 1);
    } else if (tries < first_waits.size() + 5) {
        wait = std::min(longest_wait, first_waits.back() * (1 << (tries - first_waits.size())));
    }
    const double factor = 1 - spread + 2 * spread * std::clamp(chance, 0.0, 1.0);
    const std::chrono::duration<double, std::milli> spread_out = wait * factor;
    const auto asked = std::chrono::duration_cast<std::chrono::milliseconds>(retry_after);
    return std::max(asked, std::chrono::duration_cast<std::chrono::milliseconds>(spread_out));
}

}  // namespace liuhen::server::national
