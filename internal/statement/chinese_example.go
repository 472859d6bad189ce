package statement

import (
	"strings"
	"unicode"
)

// hanRewrites are statements that hold, by what an author of a Chinese one may
// have written about: those of DOMAIN 7.3 as a Chinese seller would put them.
var hanRewrites = []struct {
	about []string
	good  string
}{
	{[]string{"演示", "宣讲", "产品介绍"}, "四名使用者在试用中完成了自己的测试任务，并把结果报告给项目负责人"},
	{[]string{"报价", "方案", "建议书", "提案", "标书"}, "发起人在领导小组会上讲解了方案，会议纪要记录了提出的问题"},
	{[]string{"预算", "资金"}, "财务主管书面写明了成本中心和可用金额"},
	{[]string{"支持者", "内线", "教练", "关系"}, "发起人召集财务负责人开会，这场会我们自己约不到"},
	{[]string{"决策人", "决策者", "决策层", "高层", "领导"}, "运营副总在邮件里写明了为什么它排在另外两个项目之前"},
	{[]string{"资格", "合格", "商机"}, "客户为这个问题指定了负责人，并写明必须解决的日期"},
	{[]string{"需求", "调研"}, "项目负责人退回了需求清单，每一条都由使用者排了先后"},
	{[]string{"干系人", "利益相关", "关键人"}, "发起人列出了每一个能叫停此事的人，以及各自要守住什么"},
	{[]string{"信息安全", "IT", "技术部"}, "信息安全主管完成了审查，并记录了两项待办条件"},
	{[]string{"共识", "一致", "对齐"}, "销售、财务和信息部负责人签署了一页纸，写明问题和衡量标准"},
	{[]string{"谈判", "条款", "价格", "折扣"}, "采购部发来修改过的合同，写明了对接律师和目标日期"},
	{[]string{"口头", "意向", "承诺"}, "审批人在客户的系统里批准了采购申请"},
	{[]string{"异议", "反对", "顾虑", "没有问题", "未回复", "默认"}, "委员会记录了剩余的风险，并为每一项指定了负责人"},
	{[]string{"季度", "季末", "关单"}, "客户的计划写明了五月一日是旺季前最后的上线日期"},
	{[]string{"ROI", "回报", "价值"}, "财务部把测算填入自己的模板，并批准了其中的假设"},
	{[]string{"竞争", "对手"}, "评审小组按自己的标准给各方案打了分，其中包括什么都不做"},
	{[]string{"案例", "参考"}, "客户的两位经理参观了样板现场，并向本部门报告"},
	{[]string{"试用", "试点", "验证", "POC", "PoC"}, "质量部按开始前写下的四项指标测量了试点结果"},
	{[]string{"合同", "法务"}, "客户法务部指定了律师，并退回第一轮修改意见"},
	{[]string{"时间", "节点", "进度"}, "客户的项目计划列明了每一步审批的人和日期"},
	{[]string{"痛点", "问题"}, "运营经理测算了三个月的故障损失，并报告给总监"},
	{[]string{"上线", "培训", "实施", "交付"}, "十位门店经理中有七位切换到新流程，并停用了旧流程"},
	{[]string{"满意", "高兴"}, "发起人对照最初的目标，向董事会报告了测得的收益"},
	{[]string{"拜访", "会议", "交流"}, "副总从三月一日起调派两个人加入项目"},
}

// hanAfter is what stands where none of the rewrites speaks of the same.
const hanAfter = "运营总监写下了要解决的三个问题，并把清单发给两位同事"

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// nearHan looks among the rewrites for one about what the author wrote about.
func nearHan(text string) (string, bool) {
	for _, r := range hanRewrites {
		for _, w := range r.about {
			if strings.Contains(text, w) {
				return r.good, true
			}
		}
	}
	return "", false
}
