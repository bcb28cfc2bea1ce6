// What nobody may give as an order: whatever could open a lock or a door, in whichever field.
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

namespace {

using namespace liuhen;
using liuhen::test::Valley;
using nlohmann::json;

TEST_CASE("nothing that could open a lock or a door passes as an order") {
    Valley valley;
    const auto give = [&valley](const std::string& role, const json& order) {
        return valley.as(role).post("/v1/terminals/" + valley.terminal + "/orders", order);
    };
    const std::pair<json, std::string> openings[] = {
        {{{"kind", "doors"}, {"doors", "unlock"}}, "/doors"},
        {{{"kind", "lock"}, {"verb", "unseal"}}, "/verb"},
        {{{"kind", "lock"}, {"verb", "query_password"}}, "/verb"},
        {{{"kind", "lock"}, {"verb", "allow_passwords"}}, "/verb"},
        {{{"kind", "lock_setting"}, {"sentence", "(P43,888888)"}}, "/sentence"},
        {{{"kind", "lock_setting"}, {"sentence", "(P44,888888,1)"}}, "/sentence"},
        {{{"kind", "lock_setting"}, {"sentence", "(P52,3,223457)"}}, "/sentence"},
        {{{"kind", "lock_setting"}, {"sentence", "(P381,1)"}}, "/sentence"},
        {{{"kind", "lock_setting"}, {"sentence", "(P38,1)(P43,888888)"}}, "/sentence"},
        {{{"kind", "lock_setting"}, {"sentence", " (P43,888888)"}}, "/sentence"},
        {{{"kind", "lock_setting"}, {"sentence", "(p43,888888)"}}, "/sentence"},
        {{{"kind", "transparent"}, {"type", 0x41}, {"content", "01"}}, "/type"},
        {{{"kind", "transparent"}, {"type", 0xF1}, {"content", "01"}}, "/type"},
        {{{"kind", "text"}, {"text", " (P43,888888)"}}, "/text"},
        {{{"kind", "text"}, {"text", "##S,eSeal,1,256,3.0.8,RC-Unlock,E##"}}, "/text"},
        {{{"kind", "text"}, {"text", "please UNLOCK now"}}, "/text"},
        {{{"kind", "text"}, {"text", "（P43，888888）"}}, "/text"},
        {{{"kind", "text"}, {"text", "x(P43,888888)"}}, "/text"},
        {{{"kind", "text"}, {"text", "A,1#(P43,888888)"}}, "/text"},
        {{{"kind", "text"}, {"text", "\"(P43,888888)"}}, "/text"},
        {{{"kind", "text"}, {"text", "P43, 888888"}}, "/text"},
        {{{"kind", "text"}, {"text", "\xC2\xA0(P43,888888)"}}, "/text"},
        {{{"kind", "text"}, {"text", "！#06"}}, "/text"},
        {{{"kind", "text"}, {"text", "ＵＮＬＯＣＫ"}}, "/text"},
        {{{"kind", "text"}, {"text", "UNLOC\xE2\x84\xAA"}}, "/text"},
        {{{"kind", "question"},
          {"question", "(P43,888888)"},
          {"answers", {{{"answer", 1}, {"text", "yes"}}}}},
         "/question"},
        {{{"kind", "question"},
          {"question", "ready?"},
          {"answers", {{{"answer", 1}, {"text", "(P43,888888)"}}}}},
         "/answers/0/text"},
        {{{"kind", "call_back"}, {"number", "(P43,888888)"}}, "/number"},
        {{{"kind", "terminal_control"}, {"action", "connect"}, {"arguments", "(P43,888888)"}},
         "/arguments"},
        {{{"kind", "terminal_control"}, {"action", "upgrade"}, {"arguments", "ftp;x;P52,3,223457"}},
         "/arguments"},
        {{{"kind", "service_menu"},
          {"action", "add"},
          {"services", {{{"service", 1}, {"name", "(P43,888888)"}}}}},
         "/services/0/name"},
        {{{"kind", "event_menu"},
          {"action", "add"},
          {"events", {{{"event", 1}, {"text", "(P43,888888)"}}}}},
         "/events/0/text"},
        {{{"kind", "set_parameters"}, {"parameters", {{{"parameter", "0xF030"}, {"hex", "01"}}}}},
         "/parameters/0/parameter"},
        {{{"kind", "set_parameters"},
          {"parameters",
           {{{"parameter", "heartbeat_s"}, {"value", 30}},
            {{"parameter", "0x0013"}, {"value", "lh.example(P43,888888)"}}}}},
         "/parameters/1/value"},
        {{{"kind", "set_parameters"},
          {"parameters", {{{"parameter", "0x0013"}, {"value", "（p43，888888）"}}}}},
         "/parameters/0/value"},
        {{{"kind", "set_parameters"},
          {"parameters", {{{"parameter", "0xF364"}, {"hex", "81285034332c3838383838382900"}}}}},
         "/parameters/0/value"},
        {{{"kind", "set_circles"},
          {"circles",
           {{{"area", 7},
             {"name", "(P43,888888)"},
             {"centre", {119.6, 28.1}},
             {"radius_m", 200}}}}},
         "/circles/0/name"},
        {{{"kind", "set_rectangles"},
          {"rectangles",
           {{{"area", 8},
             {"name", "yard UNLOCK"},
             {"upper_left", {119.6, 28.1}},
             {"lower_right", {119.6032, 28.09856}}}}}},
         "/rectangles/0/name"},
        {{{"kind", "set_polygon"},
          {"area", 9},
          {"name", "(P43,888888)"},
          {"corners", {{119.6, 28.1}, {119.6, 28.101}, {119.601, 28.101}}}},
         "/name"},
        {{{"kind", "set_route"},
          {"route", 10},
          {"name", "P43,888888"},
          {"points",
           {{{"at", {119.6, 28.1}}, {"width_m", 50}}, {{"at", {119.6, 28.101}}, {"width_m", 50}}}}},
         "/name"},
        {{{"kind", "transparent"}, {"type", 0}, {"content", "285034332c3838383838382900"}},
         "/content"},
        {{{"kind", "transparent"}, {"type", 11}, {"content", "50003400330020002c003800"}},
         "/content"},
        {{{"kind", "transparent"}, {"type", 248}, {"content", "00285034332c383838383838"}},
         "/content"},
        {{{"kind", "query_recorder"}, {"command", 2}, {"block", "285034332c383838383838"}},
         "/block"},
        {{{"kind", "watch_live"}, {"host", "(P43,888888)"}, {"tcp_port", 6605}}, "/host"},
        {{{"kind", "play_back"},
          {"host", "a.example P43,888888"},
          {"tcp_port", 6605},
          {"from", "2026-03-01T13:00:00Z"}},
         "/host"},
        {{{"kind", "upload_recording"},
          {"host", "ftp.example"},
          {"user", "liuhen"},
          {"password", "(P43,223457)"},
          {"path", "/stops"},
          {"channel", 1},
          {"from", "2026-03-01T13:00:00Z"},
          {"until", "2026-03-01T13:30:00Z"}},
         "/password"},
        {{{"kind", "upload_recording"},
          {"host", "ftp.example"},
          {"user", "liuhen"},
          {"password", "secret"},
          {"path", "/(P43,888888)"},
          {"channel", 1},
          {"from", "2026-03-01T13:00:00Z"},
          {"until", "2026-03-01T13:30:00Z"}},
         "/path"},
        {{{"kind", "send_alarm_files"},
          {"host", "files.example"},
          {"tcp_port", 7611},
          {"terminal", "ABCDEFG"},
          {"at", "2026-03-01T13:00:05Z"},
          {"files", 1},
          {"alarm", "(P43,888888)"}},
         "/alarm"},
        {{{"kind", "lock"}, {"verb", "seal"}, {"user", "(P43,888888)"}}, "/user"},
    };
    for (const auto& [order, pointer] : openings) {
        const auto reply = give("operator", order);
        INFO(order << " -> " << reply.body);
        const bool hidden =
            pointer == "/arguments" || pointer == "/password";  // they may be a network's password
        CHECK((!hidden || reply.body.find("223457") == std::string::npos));
        CHECK(reply.status == 403);
        CHECK(reply.json()["code"] == "GOVERNED");
        CHECK(reply.json()["errors"][0]["pointer"] == pointer);
    }
    CHECK(valley.database.value<int>("SELECT count(*) FROM orders") == 0);
    for (const json& harmless :
         {json{{"kind", "lock"}, {"verb", "seal"}},
          json{{"kind", "lock_setting"}, {"sentence", "(P38,1,60)"}},
          json{{"kind", "lock_setting"}, {"sentence", "(P15)"}},
          json{{"kind", "transparent"}, {"type", 0xF8}, {"content", "F8"}},
          json{{"kind", "call_back"}, {"number", "+8613800138000"}},
          json{{"kind", "terminal_control"},
               {"action", "connect"},
               {"arguments", "0;;;;;lh.example;7808"}},
          json{{"kind", "text"}, {"text", "【调度】停在P12，卸货（东门）"}},
          json{{"kind", "watch_live"}, {"host", "src-1.example"}, {"tcp_port", 6605}},
          json{{"kind", "watch_live"}, {"host", "[2001:db8::1]"}, {"tcp_port", 6605}},
          json{{"kind", "set_parameters"},
               {"parameters",
                {{{"parameter", "main_password"}, {"value", "#1$$(x"}},
                 {{"parameter", "heartbeat_s"}, {"value", 9252}}}}},
          json{{"kind", "text"}, {"text", "雨天路滑，请慢行"}}}) {
        INFO(harmless);
        CHECK(give("operator", harmless).status == 202);
    }
}

}  // namespace
