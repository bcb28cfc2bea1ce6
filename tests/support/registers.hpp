// Plans and licences that tests need before a manifest may be submitted, entered as clerks do.
#pragma once

#include "base/time.hpp"
#include "tests/support/web.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

namespace liuhen::test {

inline int year_in_china(Instant t) {
    const auto day = std::chrono::floor<std::chrono::days>(t + china_standard_time);
    return static_cast<int>(std::chrono::year_month_day{day}.year());
}

/// The JSON of an answer that must be `status`.
inline nlohmann::json expect(const WebReply& reply, int status) {
    if (reply.status != status)
        throw std::runtime_error{std::to_string(reply.status) + ": " + reply.body};
    return reply.json();
}

/// The version of a paper, to be named in the next step.
inline WebHeaders naming(const nlohmann::json& paper) {
    return {{"If-Match", '"' + std::to_string(paper.at("version").get<int>()) + '"'}};
}

/// A plan made and filed by its producer; rows are {code, receiver, method, yearly_kg}.
inline nlohmann::json file_plan(const Web& producer, int year, const nlohmann::json& rows) {
    const auto draft = expect(producer.post("/v1/plans", {{"year", year}, {"rows", rows}}), 201);
    const std::string path = "/v1/plans/" + draft.at("id").get<std::string>() + "/file";
    return expect(producer.post(path, nlohmann::json::object(), naming(draft)), 200);
}

/// A comprehensive licence from the beginning of `year` for three years; scope is {code or
/// category, method, yearly_kg}.
inline nlohmann::json enter_licence(const Web& desk, const std::string& receiver,
                                    const std::string& number, int year,
                                    const nlohmann::json& scope) {
    return expect(desk.post("/v1/licences", {{"receiver", receiver},
                                             {"licence_no", number},
                                             {"kind", "comprehensive"},
                                             {"valid_from", std::to_string(year) + "-01-01"},
                                             {"valid_to", std::to_string(year + 2) + "-12-31"},
                                             {"scope", scope}}),
                  201);
}

}  // namespace liuhen::test
