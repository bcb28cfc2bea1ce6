#include "telematics/elock/answers.hpp"

#include "telematics/text.hpp"

#include <algorithm>
#include <array>

namespace liuhen::telematics::elock {
namespace {

// yymmddhhmmss as digits.
std::string clock_digits(Instant at, std::chrono::minutes zone) {
    return to_hex(to_bcd_time(at, zone));
}

struct Request {
    const Sentence& sentence;
    Instant received;
    std::chrono::minutes zone;
};

std::string tell_time(const Request& request) {
    if (request.sentence.field(2) != "2") return {};
    const std::string digits = clock_digits(request.received, request.zone);
    return "(P22," + digits.substr(4, 2) + digits.substr(2, 2) + digits.substr(0, 2) +
           digits.substr(6) + ")";
}

// The lock repeats its new one-time password each minute until it hears it back.
std::string return_password(const Request& request) {
    if (request.sentence.field(2) != "2" || request.sentence.field(3).empty()) return {};
    return "(P52,2," + std::string{request.sentence.field(3)} + ")";
}

std::string tell_base_time(const Request& request) {
    if (request.sentence.field(5) != "TIME") return {};
    return "(" + request.sentence.lock() + "," + std::string{request.sentence.field(1)} + "," +
           std::string{request.sentence.field(2)} + ",BASE,2,20" +
           clock_digits(request.received, request.zone) + ")";
}

std::string accept_position(const Request&) { return "(S39)"; }
std::string accept_report(const Request&) { return "(S20)"; }

struct AnswerRow {
    std::string_view command;
    std::string (*answer)(const Request&);
};
constexpr std::array<AnswerRow, 7> answers{{
    {"P22", tell_time},
    {"P52", return_password},
    {"BASE", tell_base_time},
    {"U01", accept_position},
    {"U02", accept_position},
    {"U03", accept_position},
    {"U06", accept_report},
}};

}  // namespace

std::string answer_to(const Sentence& sentence, Instant received, std::chrono::minutes zone) {
    const auto row = std::ranges::find(answers, sentence.command, &AnswerRow::command);
    return row == answers.end() ? std::string{} : row->answer({sentence, received, zone});
}

}  // namespace liuhen::telematics::elock
